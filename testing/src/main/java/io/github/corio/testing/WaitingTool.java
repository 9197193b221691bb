package io.github.corio.testing;

/**
 * Knows the tools that block a thread until a Publisher has signalled: {@code StepVerifier}, {@code TestSubscriber}, and the
 * {@code AssertSubscriber} that libraries copy from Reactor's own tests.
 */
final class WaitingTool {
    private static final int DEPTH = 40;

    private WaitingTool() {}

    /** True if a thread waits in one of them at this moment. It may have gone on before the answer is read. */
    static boolean isWaitedInBy(Thread thread) {
        if (thread.getState() == Thread.State.TERMINATED) {
            return false;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 0; i < Math.min(stack.length, DEPTH); i++) {
            if (isWait(stack[i])) {
                return true;
            }
            String type = stack[i].getClassName();
            if (!type.startsWith("java.") && !type.startsWith("jdk.")) {
                return false;
            }
        }
        return false;
    }

    private static boolean isWait(StackTraceElement frame) {
        String type = frame.getClassName();
        String method = frame.getMethodName();
        boolean isVerifier = type.startsWith("reactor.test.")
                && (method.equals("pollTaskEventOrComplete")
                        || method.startsWith("block")
                        || method.equals("waitTaskEvent"));
        return isVerifier || (type.endsWith(".AssertSubscriber") && method.startsWith("await")); // in any package
    }
}

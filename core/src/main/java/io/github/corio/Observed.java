package io.github.corio;

import java.util.concurrent.TimeUnit;
import reactor.util.Loggers;

/** Makes what runs visible to those outside, a moment after the first task, on a thread of its own: JMX takes a while to start. */
final class Observed implements Runnable {
    private static final long DELAY_MILLIS = 500;
    /** By name: Task, which starts this, must not depend on what is above it. */
    private static final String BEAN = Observed.class.getPackageName() + ".TasksBean";

    private Observed() {}

    /** Called once. Never throws. */
    static void begin() {
        if ("false".equals(System.getProperty("corio.jmx"))) {
            return;
        }
        try {
            Thread thread = new Thread(null, new Observed(), "corio-jmx", 0, false);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable noThread) { // then nobody can look in from outside
            Loggers.getLogger(Observed.class).debug("No thread for JMX", noThread);
        }
    }

    @Override
    public void run() {
        try {
            TimeUnit.MILLISECONDS.sleep(DELAY_MILLIS);
            Class.forName(BEAN)
                    .asSubclass(Runnable.class)
                    .getDeclaredConstructor()
                    .newInstance()
                    .run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) { // a JVM without java.management
            Loggers.getLogger(Observed.class).debug("There is no JMX here", e);
        }
    }
}

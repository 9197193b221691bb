package io.github.corio;

import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds, in a stack, the lines of the application: neither Corio's own nor those of Reactor and the JDK. */
final class Frames {
    private static final List<String> PLUMBING = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "reactor.",
            "org.reactivestreams.",
            "io.netty.",
            "org.junit.",
            "org.apache.maven.");
    private static final String OURS = "io.github.corio.";
    private static final List<String> OTHER_MODULES =
            List.of("io.github.corio.bridge.From", "io.github.corio.testing.VirtualTime");
    /** Of classes whose names begin as ours do: few. */
    private static final Map<String, Boolean> IS_OURS = new ConcurrentHashMap<>();

    private Frames() {}

    /** The application's lines, innermost first, so many at most. */
    static List<StackTraceElement> ofUser(StackTraceElement[] stack, int most) {
        List<StackTraceElement> kept = new ArrayList<>();
        for (StackTraceElement frame : stack) {
            if (kept.size() == most) {
                break;
            }
            if (!isPlumbing(frame.getClassName())) {
                kept.add(shown(frame));
            }
        }
        return kept;
    }

    /** The method that a lambda is written in says more than the name that the compiler gives it. */
    private static StackTraceElement shown(StackTraceElement frame) {
        String[] parts = frame.getMethodName().split("\\$", 4);
        String method = parts.length >= 3 && parts[0].equals("lambda") ? parts[1] : frame.getMethodName();
        return new StackTraceElement(frame.getClassName(), method, frame.getFileName(), frame.getLineNumber());
    }

    static boolean isPlumbing(String className) {
        if (className.contains("$$Lambda")) { // between the JDK and the method that the lambda is
            return true;
        }
        for (String prefix : PLUMBING) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return className.startsWith(OURS) && IS_OURS.computeIfAbsent(className, Frames::isInOurJars);
    }

    /** By where it comes from, not by name: the project's own tests are in the packages of what they test. */
    private static boolean isInOurJars(String className) {
        CodeSource source = sourceOf(className);
        return source != null
                && (source.equals(sourceOf(Frames.class.getName()))
                        || OTHER_MODULES.stream().anyMatch(name -> source.equals(sourceOf(name))));
    }

    private static @Nullable CodeSource sourceOf(String className) {
        try {
            int lambda = className.indexOf("$$Lambda");
            String name = lambda < 0 ? className : className.substring(0, lambda);
            return Class.forName(name, false, Frames.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
        } catch (ClassNotFoundException | LinkageError e) { // hidden classes, or not on this class path
            return null;
        }
    }
}

package io.github.corio.testing;

import io.github.corio.Task;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds, in a stack, the lines of those who use Corio: neither its own nor those of Reactor, JUnit and the JDK. */
final class Frames {
    private static final List<String> PLUMBING = List.of(
            "java.", "javax.", "jdk.", "sun.", "reactor.", "org.reactivestreams.", "org.junit.", "org.apache.maven.");
    private static final String OURS = "io.github.corio.";
    private static final Set<CodeSource> JARS = jars();

    /** So many lines are shown of each stack. */
    static final int LINES = 4;

    private Frames() {}

    /** The lines of users, innermost first. */
    static List<StackTraceElement> ofUser(StackTraceElement[] stack) {
        List<StackTraceElement> kept = new ArrayList<>();
        for (StackTraceElement frame : stack) {
            if (!isPlumbing(frame.getClassName())) {
                kept.add(frame);
            }
        }
        return kept;
    }

    /** A thread and where it is, in lines. */
    static String of(Thread thread) {
        StringBuilder text = new StringBuilder(Threads.name(thread) + " (" + thread.getState() + "):");
        ofUser(thread.getStackTrace()).stream()
                .limit(LINES)
                .forEach(frame -> text.append("\n    at ").append(frame));
        return text.toString();
    }

    private static boolean isPlumbing(String className) {
        return PLUMBING.stream().anyMatch(className::startsWith)
                || (className.startsWith(OURS) && isInOurJars(className));
    }

    /** By where it comes from, not by name: the project's own tests are in the packages of what they test. */
    private static boolean isInOurJars(String className) {
        CodeSource source = sourceOf(className);
        return source != null && JARS.contains(source);
    }

    private static Set<CodeSource> jars() {
        Set<CodeSource> jars = new HashSet<>();
        for (String name : List.of(Task.class.getName(), Frames.class.getName(), "io.github.corio.bridge.To")) {
            CodeSource source = sourceOf(name);
            if (source != null) {
                jars.add(source);
            }
        }
        return jars;
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

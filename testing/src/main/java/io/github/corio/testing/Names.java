package io.github.corio.testing;

import io.github.corio.loop.Handle;
import reactor.core.Scannable;

/** Names, for a person, of what others have scheduled. Never throws, whatever that does. */
final class Names {
    private Names() {}

    /** The operator a task belongs to, else its class. */
    static String of(Object task) {
        try {
            if (task instanceof String name) {
                return name;
            }
            if (task instanceof Handle handle) {
                return handle.toString();
            }
            if (task instanceof Scannable operator && operator.isScanAvailable()) {
                return operator.stepName();
            }
            return ofClass(task.getClass());
        } catch (Throwable foreign) { // code of somebody else, called only to be shown
            return ofClass(task.getClass());
        }
    }

    /** The class, or for a lambda the class it is written in. */
    static String ofClass(Class<?> type) {
        String name = type.getName();
        int lambda = name.indexOf("$$Lambda");
        String named = lambda < 0 ? name : name.substring(0, lambda);
        return named.substring(named.lastIndexOf('.') + 1).replace('$', '.');
    }

    /** What an object says of itself; its class if that fails. */
    static String text(Object source) {
        try {
            return String.valueOf(source);
        } catch (Throwable foreign) {
            return ofClass(source.getClass());
        }
    }
}

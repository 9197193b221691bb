package io.github.corio;

import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;

/**
 * What operators are called. Reactor makes the name out of that of the class, with an expression, at each question. A picture of a hundred
 * thousand tasks asks as often.
 */
final class StepNames {
    private static final ClassValue<StepNames> OF_CLASSES = new ClassValue<>() {
        @Override
        protected StepNames computeValue(Class<?> type) {
            return new StepNames(isNamedByClass(type));
        }
    };

    private final boolean byClass;
    private volatile @Nullable String name;

    private StepNames(boolean byClass) {
        this.byClass = byClass;
    }

    /** Calls code of others. */
    static String of(Scannable step) {
        StepNames names = OF_CLASSES.get(step.getClass());
        String name = names.name;
        if (name == null) {
            name = step.stepName();
            names.name = names.byClass ? name : null;
        }
        return name;
    }

    private static boolean isNamedByClass(Class<?> type) {
        try {
            return type.getMethod("stepName").getDeclaringClass() == Scannable.class;
        } catch (NoSuchMethodException | LinkageError e) { // its class path lacks what a method of it names
            return false;
        }
    }
}

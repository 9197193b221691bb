package io.github.corio.spring;

import io.github.corio.Coroutine;
import java.lang.reflect.Method;

/**
 * Thrown when a bean is made that Spring proxies, and a method of it is declared to return {@link Coroutine}, where the proxy returns another Mono: each call would
 * fail with a ClassCastException.
 *
 * @since 0.1.0
 */
public final class ProxiedCoroutineException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** What to declare instead. */
    private final String action;

    ProxiedCoroutineException(String beanName, Method method, Class<?> advice) {
        super("Method " + method.getName() + " of bean '" + beanName + "' ("
                + method.getDeclaringClass().getName()
                + ") is declared to return " + Coroutine.class.getName() + ". Spring's " + advice.getSimpleName()
                + " gives its callers another Mono instead, which is no Coroutine.");
        String declared = method.getGenericReturnType().getTypeName();
        String wanted = declared.replace(Coroutine.class.getName(), "reactor.core.publisher.Mono");
        action = "Declare " + method.getName() + " to return " + (wanted.indexOf('<') < 0 ? wanted + "<T>" : wanted)
                + ", in the class and in its interfaces. Its body may stay as it is: a coroutine is a Mono.";
    }

    /**
     * What to do about it.
     *
     * @return a sentence
     */
    public String action() {
        return action;
    }
}

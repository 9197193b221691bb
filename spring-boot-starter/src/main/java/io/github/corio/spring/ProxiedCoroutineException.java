package io.github.corio.spring;

import io.github.corio.Coroutine;
import java.lang.reflect.Method;

/**
 * A bean that Spring proxies has a method that is declared to return {@link Coroutine}. The proxy returns another Mono,
 * so each call would fail with a ClassCastException. It is thrown when the bean is made.
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
     * Says how to mend the method.
     *
     * @return a sentence
     */
    public String action() {
        return action;
    }
}

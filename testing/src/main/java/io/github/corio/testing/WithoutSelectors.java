package io.github.corio.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.EngineDiscoveryRequest;

/**
 * A request for no tests, which a test engine answers with its settings alone. A proxy, since each version of JUnit has asked its requests
 * for something more: whatever it is, the original request answers.
 */
record WithoutSelectors(EngineDiscoveryRequest request) implements InvocationHandler {
    static EngineDiscoveryRequest of(EngineDiscoveryRequest request) {
        return (EngineDiscoveryRequest) Proxy.newProxyInstance(
                WithoutSelectors.class.getClassLoader(),
                new Class<?>[] {EngineDiscoveryRequest.class},
                new WithoutSelectors(request));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("getSelectorsByType")) {
            return List.of();
        }
        try {
            return method.invoke(request, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}

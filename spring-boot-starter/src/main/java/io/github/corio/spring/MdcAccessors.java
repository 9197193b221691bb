package io.github.corio.spring;

import io.micrometer.context.ContextRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.MDC;
import org.springframework.beans.factory.DisposableBean;

/**
 * Registers an accessor of context-propagation for each of the given MDC keys while its application lives. The registry belongs to the
 * JVM: an accessor that several applications ask for goes with the last of them, and one that was there before stays.
 */
final class MdcAccessors implements DisposableBean {
    /** How many applications want each key that we have registered. Guarded by itself. */
    private static final Map<String, Integer> USERS = new HashMap<>();

    private final List<String> ours = new ArrayList<>();

    MdcAccessors(List<String> keys) {
        synchronized (USERS) {
            keys.stream().distinct().forEach(this::register);
        }
    }

    private void register(String key) {
        if (!USERS.containsKey(key)) {
            boolean known = ContextRegistry.getInstance().getThreadLocalAccessors().stream()
                    .anyMatch(accessor -> accessor.key().equals(key));
            if (known) {
                return;
            }
            ContextRegistry.getInstance()
                    .registerThreadLocalAccessor(
                            key, () -> MDC.get(key), value -> MDC.put(key, value), () -> MDC.remove(key));
        }
        USERS.merge(key, 1, Integer::sum);
        ours.add(key);
    }

    @Override
    public void destroy() {
        synchronized (USERS) {
            for (String key : ours) {
                if (USERS.merge(key, -1, (users, less) -> users + less == 0 ? null : users + less) == null) {
                    boolean unused = ContextRegistry.getInstance().removeThreadLocalAccessor(key);
                }
            }
            ours.clear();
        }
    }
}

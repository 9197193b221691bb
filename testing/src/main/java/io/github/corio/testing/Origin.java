package io.github.corio.testing;

import io.github.corio.AsyncFuture;
import io.github.corio.loop.EventLoop;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * Finds out for which test a foreign thread schedules something: a task that Reactor's operators schedule is, or holds, a
 * subscriber, and that has the Context of the test. Looked at only on threads that live in no test, while a test is open.
 */
final class Origin {
    /** So many objects are looked at: a task holds its subscriber, a lambda its operator, an operator the one it is part of. */
    private static final int MOST = 60;

    private final Deque<Object> open = new ArrayDeque<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Origin() {}

    /** The test, null if the task does not tell. */
    static @Nullable TestScheduler of(Object task) {
        return find(task) instanceof TestScheduler test && !test.isDisposed() ? test : null;
    }

    /** What the task says: a test, or that it is of none; null if it does not tell. */
    static @Nullable Object find(Object task) {
        try {
            return new Origin().search(task);
        } catch (RuntimeException | LinkageError foreign) { // code of somebody else, asked for its Context
            return null;
        }
    }

    private @Nullable Object search(Object task) {
        open.add(task);
        for (int looked = 0; looked < MOST; looked++) {
            Object object = open.poll();
            if (object == null) {
                return null;
            }
            Object test = ask(object);
            if (test != null) {
                return test;
            }
            for (Class<?> type = object.getClass(); type != null && isOpen(type); type = type.getSuperclass()) {
                addFields(object, type);
            }
        }
        return null;
    }

    private static @Nullable Object ask(Object object) {
        if (object instanceof CoreSubscriber<?> subscriber) {
            return subscriber.currentContext().<@Nullable Object>getOrDefault(TestScheduler.CONTEXT_KEY, null);
        }
        EventLoop loop = object instanceof EventLoop itself
                ? itself
                : object instanceof AsyncFuture<?> future ? future.loop() : null;
        return loop == null ? null : Residence.of(loop);
    }

    private static boolean isOpen(Class<?> type) {
        return !type.getName().startsWith("java.") && !type.getName().startsWith("jdk.");
    }

    private void addFields(Object object, Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (field.getType().isPrimitive() || Modifier.isStatic(field.getModifiers()) || !field.trySetAccessible()) {
                continue;
            }
            try {
                Object value = field.get(object);
                if (value != null && isOpen(value.getClass()) && seen.add(value)) {
                    open.add(value);
                }
            } catch (IllegalAccessException closed) { // it was made accessible
                throw new IllegalStateException(closed);
            }
        }
    }
}

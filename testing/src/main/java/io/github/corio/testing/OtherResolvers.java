package io.github.corio.testing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The parameter resolvers of others: JUnit fails if two resolvers want one parameter, and does not tell either of the other. So who is
 * registered on the class, its superclasses and outer classes, the method or the parameter, or in a field, is asked first.
 */
final class OtherResolvers {
    private OtherResolvers() {}

    /** Says whether somebody else resolves a parameter. One with an annotation of somebody else's is always theirs. */
    static boolean support(ParameterContext parameter, ExtensionContext context, Extension ours) {
        if (parameter.getParameter().getAnnotations().length > 0) {
            return true;
        }
        for (ParameterResolver other : all(parameter, context)) {
            if (other.getClass() != ours.getClass() && supports(other, parameter, context)) {
                return true;
            }
        }
        return false;
    }

    private static boolean supports(ParameterResolver other, ParameterContext parameter, ExtensionContext context) {
        try {
            return other.supportsParameter(parameter, context);
        } catch (RuntimeException foreign) { // it will say so itself when JUnit asks
            return false;
        }
    }

    private static List<ParameterResolver> all(ParameterContext parameter, ExtensionContext context) {
        Set<Class<?>> types = new LinkedHashSet<>();
        AnnotationSupport.findRepeatableAnnotations(parameter.getDeclaringExecutable(), ExtendWith.class)
                .forEach(with -> types.addAll(List.of(with.value())));
        List<ParameterResolver> resolvers = new ArrayList<>();
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            AnnotationSupport.findRepeatableAnnotations(type, ExtendWith.class)
                    .forEach(with -> types.addAll(List.of(with.value())));
            AnnotationSupport.findAnnotatedFields(
                            type, RegisterExtension.class, field -> true, HierarchyTraversalMode.TOP_DOWN)
                    .forEach(field -> addValue(field, context, resolvers));
        }
        for (Class<?> type : types) {
            if (ParameterResolver.class.isAssignableFrom(type)) {
                addInstance(type, resolvers);
            }
        }
        return resolvers;
    }

    private static void addInstance(Class<?> type, List<ParameterResolver> resolvers) {
        try {
            resolvers.add((ParameterResolver) ReflectionSupport.newInstance(type));
        } catch (RuntimeException foreign) { // it cannot be made for a question
            return;
        }
    }

    private static void addValue(Field field, ExtensionContext context, List<ParameterResolver> resolvers) {
        Object owner = Modifier.isStatic(field.getModifiers())
                ? null
                : context.getTestInstances()
                        .flatMap(instances -> instances
                                .findInstance(field.getDeclaringClass())
                                .map(Object.class::cast))
                        .orElse(null);
        if (owner == null && !Modifier.isStatic(field.getModifiers())) {
            return;
        }
        ReflectionSupport.tryToReadFieldValue(field, owner).ifSuccess(value -> {
            if (value instanceof ParameterResolver resolver) {
                resolvers.add(resolver);
            }
        });
    }
}

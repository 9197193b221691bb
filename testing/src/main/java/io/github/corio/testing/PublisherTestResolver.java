package io.github.corio.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.jupiter.engine.config.JupiterConfiguration;
import org.junit.jupiter.engine.descriptor.ClassTestDescriptor;
import org.junit.jupiter.engine.descriptor.JupiterEngineDescriptor;
import org.junit.jupiter.engine.descriptor.NestedClassTestDescriptor;
import org.junit.jupiter.engine.descriptor.TestTemplateTestDescriptor;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.engine.discovery.NestedClassSelector;
import org.junit.platform.engine.discovery.NestedMethodSelector;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.discovery.EngineDiscoveryRequestResolver;
import org.junit.platform.engine.support.discovery.SelectorResolver;

/**
 * Makes Jupiter's descriptors of the tests that Jupiter leaves out because they return something. The one place that depends on how Jupiter is
 * made inside: its descriptors of classes and of test templates, which are the same in JUnit 5.12 to 6.
 */
final class PublisherTestResolver implements SelectorResolver {
    private static final EngineDiscoveryRequestResolver<JupiterEngineDescriptor> RESOLVER =
            EngineDiscoveryRequestResolver.<JupiterEngineDescriptor>builder()
                    .addClassContainerSelectorResolver(PublisherTests::areIn)
                    .addSelectorResolver(discovery -> new PublisherTestResolver(
                            discovery.getEngineDescriptor().getConfiguration()))
                    .build();

    private final JupiterConfiguration configuration;

    private PublisherTestResolver(JupiterConfiguration configuration) {
        this.configuration = configuration;
    }

    static TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        JupiterEngineDescriptor root =
                (JupiterEngineDescriptor) new JupiterTestEngine().discover(WithoutSelectors.of(request), id);
        RESOLVER.resolve(request, root);
        return root;
    }

    static void execute(ExecutionRequest request) {
        new JupiterTestEngine().execute(request);
    }

    @Override
    public Resolution resolve(ClassSelector selector, Context context) {
        Class<?> type = selector.getJavaClass();
        if (PublisherTests.isNested(type)) {
            return Resolution.selectors(Set.of(selectType(PublisherTests.enclosing(type), type)));
        }
        if (!PublisherTests.areIn(type)) {
            return Resolution.unresolved();
        }
        return match(
                context.addToParent(parent -> Optional.of(new ClassTestDescriptor(
                        parent.getUniqueId().append(ClassTestDescriptor.SEGMENT_TYPE, type.getName()),
                        type,
                        configuration))),
                List.of(),
                type);
    }

    @Override
    public Resolution resolve(NestedClassSelector selector, Context context) {
        Class<?> type = selector.getNestedClass();
        List<Class<?>> enclosing = selector.getEnclosingClasses();
        if (!PublisherTests.areIn(type)) {
            return Resolution.unresolved();
        }
        return match(
                context.addToParent(
                        () -> selectInnermost(enclosing),
                        parent -> Optional.of(new NestedClassTestDescriptor(
                                parent.getUniqueId()
                                        .append(NestedClassTestDescriptor.SEGMENT_TYPE, type.getSimpleName()),
                                type,
                                () -> NestedClassTestDescriptor.getEnclosingTestClasses(parent),
                                configuration))),
                enclosing,
                type);
    }

    private static Resolution match(
            Optional<? extends TestDescriptor> descriptor, List<Class<?>> enclosing, Class<?> type) {
        return descriptor
                .map(found -> Resolution.match(Match.exact(found, () -> children(enclosing, type))))
                .orElse(Resolution.unresolved());
    }

    private static Set<DiscoverySelector> children(List<Class<?>> enclosing, Class<?> type) {
        Set<DiscoverySelector> children = new LinkedHashSet<>();
        PublisherTests.of(type).forEach(method -> children.add(selectTest(enclosing, type, method)));
        List<Class<?>> around = new ArrayList<>(enclosing);
        around.add(type);
        PublisherTests.nestedIn(type).forEach(nested -> children.add(selectNestedClass(around, nested)));
        return children;
    }

    @Override
    public Resolution resolve(MethodSelector selector, Context context) {
        Class<?> type = selector.getJavaClass();
        return PublisherTests.isNested(type)
                ? Resolution.selectors(
                        Set.of(selectTest(PublisherTests.enclosing(type), type, selector.getJavaMethod())))
                : resolveMethod(List.of(), type, selector.getJavaMethod(), context);
    }

    @Override
    public Resolution resolve(NestedMethodSelector selector, Context context) {
        return resolveMethod(selector.getEnclosingClasses(), selector.getNestedClass(), selector.getMethod(), context);
    }

    private Resolution resolveMethod(List<Class<?>> enclosing, Class<?> type, Method method, Context context) {
        if (!PublisherTests.isOne(method)) {
            return Resolution.unresolved();
        }
        return context.addToParent(
                        () -> selectType(enclosing, type),
                        parent -> Optional.of(new TestTemplateTestDescriptor(
                                parent.getUniqueId()
                                        .append(TestTemplateTestDescriptor.SEGMENT_TYPE, PublisherTests.id(method)),
                                type,
                                method,
                                () -> NestedClassTestDescriptor.getEnclosingTestClasses(parent),
                                configuration)))
                .map(template -> {
                    template.getDynamicDescendantFilter().allowAll();
                    return Resolution.match(Match.exact(template));
                })
                .orElse(Resolution.unresolved());
    }

    /** A run again of one invocation runs all those of its method. */
    @Override
    public Resolution resolve(UniqueIdSelector selector, Context context) {
        List<Class<?>> types = new ArrayList<>();
        for (UniqueId.Segment segment : selector.getUniqueId().getSegments()) {
            Class<?> innermost = types.isEmpty() ? null : types.get(types.size() - 1);
            switch (segment.getType()) {
                case ClassTestDescriptor.SEGMENT_TYPE ->
                    ReflectionSupport.tryToLoadClass(segment.getValue()).ifSuccess(types::add);
                case NestedClassTestDescriptor.SEGMENT_TYPE ->
                    PublisherTests.nestedIn(innermost).stream()
                            .filter(nested -> nested.getSimpleName().equals(segment.getValue()))
                            .forEach(types::add);
                case TestTemplateTestDescriptor.SEGMENT_TYPE -> {
                    return PublisherTests.of(innermost).stream()
                            .filter(method -> PublisherTests.id(method).equals(segment.getValue()))
                            .findFirst()
                            .map(method -> Resolution.selectors(Set.of(selectTest(
                                    types.subList(0, types.size() - 1), types.get(types.size() - 1), method))))
                            .orElse(Resolution.unresolved());
                }
                default -> {} // the engine
            }
        }
        return types.isEmpty() ? Resolution.unresolved() : Resolution.selectors(Set.of(selectInnermost(types)));
    }

    private static DiscoverySelector selectInnermost(List<Class<?>> types) {
        return selectType(types.subList(0, types.size() - 1), types.get(types.size() - 1));
    }

    private static DiscoverySelector selectType(List<Class<?>> enclosing, Class<?> type) {
        return enclosing.isEmpty() ? selectClass(type) : selectNestedClass(enclosing, type);
    }

    private static DiscoverySelector selectTest(List<Class<?>> enclosing, Class<?> type, Method method) {
        return enclosing.isEmpty() ? selectMethod(type, method) : selectNestedMethod(enclosing, type, method);
    }
}

package io.github.corio.spring;

import io.github.corio.Coroutine;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses beans whose proxies would break a coroutine, when they are made. It comes after the processors that make proxies, since those are ordered and this one is not.
 *
 * <p>It knows the advice of Spring that replaces a Mono: transactions, caching, reactive method security, retries. Advice of others may return what it got.
 */
final class ProxiedCoroutineCheck implements BeanPostProcessor, BeanFactoryAware {
    private static final List<String> REPLACING = List.of(
            "org.springframework.transaction.interceptor.",
            "org.springframework.cache.interceptor.",
            "org.springframework.resilience.retry.");

    private static final String SECURITY = "org.springframework.security.";
    /** What {@code @EnableReactiveMethodSecurity} makes. The other kind of method security has the same advice, and returns what it got. */
    private static final List<String> REACTIVE_SECURITY = List.of(
            "_reactiveMethodSecurityConfiguration",
            SECURITY + "config.annotation.method.configuration.ReactiveMethodSecurityConfiguration");

    private @Nullable BeanFactory beans;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Advised proxy) {
            Class<?> type = AopUtils.getTargetClass(bean);
            for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type)) {
                if (method.getReturnType() == Coroutine.class && isOverridable(method)) {
                    check(beanName, type, method, proxy);
                }
            }
        }
        return bean;
    }

    private static boolean isOverridable(Method method) {
        return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0;
    }

    private void check(String beanName, Class<?> type, Method method, Advised proxy) {
        for (Advisor advisor : proxy.getAdvisors()) {
            Class<?> advice = advisor.getAdvice().getClass();
            if (replaces(advice.getName())
                    && advisor instanceof PointcutAdvisor selective
                    && applies(selective.getPointcut(), method, type)) {
                throw new ProxiedCoroutineException(beanName, method, advice);
            }
        }
    }

    private boolean replaces(String advice) {
        BeanFactory known = beans;
        return REPLACING.stream().anyMatch(advice::startsWith)
                || (advice.startsWith(SECURITY)
                        && known != null
                        && REACTIVE_SECURITY.stream().anyMatch(known::containsBean));
    }

    private static boolean applies(Pointcut pointcut, Method method, Class<?> type) {
        return pointcut.getClassFilter().matches(type)
                && pointcut.getMethodMatcher().matches(method, type);
    }
}

package io.github.corio;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method does nothing but make something cold: who drops what it returns has forgotten to await it, to return it, or to subscribe
 * to it. Error Prone and the inspections of IDEs know this annotation by its name.
 *
 * <p>asyncio: the warning "coroutine was never awaited".
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}

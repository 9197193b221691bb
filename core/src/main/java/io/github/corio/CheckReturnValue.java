package io.github.corio;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that only makes something cold, so that it is an error to drop the returned value. You await it,
 * return it, or subscribe to it. Error Prone and the inspections of IDEs know this annotation by its name.
 *
 * <ul>
 *   <li><b>asyncio:</b> the warning "coroutine was never awaited".
 * </ul>
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}

/**
 * Corio in a Spring Boot application.
 *
 * <ul>
 *   <li>Work that outlives a request: {@link io.github.corio.spring.BackgroundTasks}.
 *   <li>What runs: {@link io.github.corio.spring.CoroutinesEndpoint}.
 *   <li>How it is set: {@link io.github.corio.spring.CorioProperties}, {@link io.github.corio.spring.CorioAutoConfiguration}.
 *   <li>What cannot work: {@link io.github.corio.spring.ProxiedCoroutineException}.
 * </ul>
 *
 * <p>Below it: {@code io.github.corio} and {@code io.github.corio.bridge}, of which it uses what is public, and Spring Boot 3.5 or 4.
 */
@NullMarked
package io.github.corio.spring;

import org.jspecify.annotations.NullMarked;

package io.github.corio.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to declare, where Boot reports that the application has failed to start. */
final class ProxiedCoroutineFailureAnalyzer extends AbstractFailureAnalyzer<ProxiedCoroutineException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ProxiedCoroutineException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}

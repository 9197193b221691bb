package io.github.corio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExecutionOrderTest {
    private final ExecutionOrder order = new ExecutionOrder();

    @Test
    void stepsAreTakenInTheirOrder() {
        order.expect(1);
        order.expect(2);
        order.finish(3);
        assertThatThrownBy(() -> order.expect(4)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aStepThatComesTooEarlyFails() {
        order.expect(1);
        assertThat(order.taken()).isEqualTo(1);
        assertThatThrownBy(() -> order.expect(3)).hasMessageContaining("step 3 comes too early: step 1 is the last");
    }

    @Test
    void aFailureIsSeenAtTheNextStepToo() {
        assertThatThrownBy(() -> order.expect(2)).hasMessageContaining("no step has been taken");
        assertThatThrownBy(() -> order.expect(1)).hasMessageContaining("step 2 comes too early");
    }

    @Test
    void aPlaceThatMustNotBeReachedFails() {
        order.expect(1);
        assertThatThrownBy(order::unreached).hasMessageContaining("was reached after step 1");
    }
}

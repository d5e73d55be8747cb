package io.lynse.shard.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    @Test
    void refusesWhatDoesNotFitNowAndTakesItLater() {
        var budget = new ByteBudget(100);
        var first = budget.share();
        var second = budget.share();
        first.grow(60);
        assertThatThrownBy(() -> second.grow(41))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Overloaded.class));
        assertThat(budget.taken()).isEqualTo(60);
        first.close();
        first.close();
        second.grow(41);
        assertThat(budget.taken()).isEqualTo(41);
    }

    @Test
    void tellsWhatWillNeverFitApart() {
        var share = new ByteBudget(100).share();
        share.grow(60);
        assertThatThrownBy(() -> share.grow(41))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(new LynseError.PayloadTooLarge(101, 100)));
    }
}

package io.lynse.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    private final MemoryBudget budget = new MemoryBudget("here", 100);

    @Test
    void whatIsFreeIsGrantedAndNoMore() {
        var first = budget.share();
        var second = budget.share();
        first.grow(60);
        second.grow(40);
        assertThatThrownBy(() -> second.grow(1)).isInstanceOfSatisfying(LynseException.class, refused -> {
            assertThat(refused.error()).isInstanceOf(LynseError.Overloaded.class);
            assertThat(refused).hasMessageContaining("100 bytes");
        });
        assertThat(budget.taken()).isEqualTo(100);
        first.shrink(10);
        second.grow(10);
        assertThat(second.bytes()).isEqualTo(50);
        assertThat(budget.refused()).isEqualTo(1);
    }

    @Test
    void whatCouldNeverFitIsTooLargeAndNotJustTooMuchNow() {
        var share = budget.share();
        share.grow(60);
        assertThatThrownBy(() -> share.grow(41)).isInstanceOfSatisfying(LynseException.class,
                refused -> assertThat(refused.error()).isEqualTo(new LynseError.PayloadTooLarge(101, 100)));
        assertThatThrownBy(() -> share.grow(Long.MAX_VALUE)).isInstanceOfSatisfying(LynseException.class,
                refused -> assertThat(refused.error()).isEqualTo(new LynseError.PayloadTooLarge(Long.MAX_VALUE, 100)));
        assertThat(budget.taken()).isEqualTo(60);
    }

    @Test
    void aShareGivesEverythingBackOnce() {
        var share = budget.share();
        share.grow(60);
        share.close();
        share.close();
        assertThat(budget.taken()).isZero();
        assertThatThrownBy(() -> share.shrink(1)).isInstanceOf(IllegalStateException.class);
    }
}

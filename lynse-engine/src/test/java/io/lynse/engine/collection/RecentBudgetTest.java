package io.lynse.engine.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentBudgetTest {

    private final AtomicInteger waits = new AtomicInteger();
    private final RecentBudget budget = new RecentBudget(100, new FoldObserver() {
        @Override
        public void awaited() {
            waits.incrementAndGet();
        }
    });

    /** Folds at once, on the thread that asks, when it is asked. */
    private final class Table implements RecentBudget.Holder {
        private final String name;
        private final List<String> folded;

        Table(String name, List<String> folded, long bytes) {
            this.name = name;
            this.folded = folded;
            budget.report(this, bytes);
        }

        @Override
        public void foldSoon() {
            folded.add(name);
            budget.report(this, 0);
        }
    }

    @Test
    void letsInWhatFits() {
        new Table("a", new ArrayList<>(), 60);
        budget.awaitRoom(40);
        assertThat(waits).hasValue(0);
    }

    @Test
    void foldsThoseThatHoldTheirShare() {
        var folded = new ArrayList<String>();
        new Table("small", folded, 10);
        new Table("large", folded, 80);
        budget.awaitRoom(40);
        assertThat(folded).containsExactly("large");
        assertThat(waits).hasValue(1);
    }

    @Test
    void foldsTheRestWhenThatIsNotEnough() {
        var folded = new ArrayList<String>();
        new Table("small", folded, 30);
        new Table("large", folded, 60);
        budget.awaitRoom(90);
        assertThat(folded).containsExactly("large", "small");
    }

    @Test
    void letsInAnythingWhereNothingElseIs() {
        var folded = new ArrayList<String>();
        budget.awaitRoom(1_000);
        new Table("a", folded, 1);
        budget.awaitRoom(1_000);
        assertThat(folded).containsExactly("a");
    }
}

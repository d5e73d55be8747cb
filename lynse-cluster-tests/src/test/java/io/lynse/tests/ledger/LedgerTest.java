package io.lynse.tests.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.RowId;
import io.lynse.tests.Api;
import io.lynse.tests.ledger.Ledger.Reading;
import io.lynse.tests.ledger.Problem.Kind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A check that finds nothing is worth something only if it finds what is wrong: each case is a promise broken on purpose. */
class LedgerTest {

    private static final Version ONE = Version.first(RowId.of(1));
    private static final Version TEXT = Version.first(RowId.of("doc"));

    private final Ledger ledger = new Ledger();

    @Test
    void acceptsWhatWasAcknowledged() {
        ledger.acknowledged(ONE);
        ledger.acknowledged(TEXT.next());

        assertThat(ledger.problems(List.of(stored(ONE), stored(TEXT.next())))).isEmpty();
    }

    @Test
    void findsALostRow() {
        ledger.acknowledged(ONE);
        ledger.acknowledged(TEXT);

        assertThat(ledger.problems(List.of(stored(ONE)))).singleElement().asString().contains("doc is lost");
    }

    @Test
    void findsAnEarlierVersion() {
        ledger.acknowledged(ONE);
        ledger.acknowledged(ONE.next());

        assertThat(ledger.problems(List.of(stored(ONE)))).singleElement().asString().contains("1 is stored as");
    }

    @Test
    void findsARowThatWasRefused() {
        ledger.refused(ONE);

        assertThat(ledger.problems(List.of(stored(ONE)))).singleElement().asString().contains("refused or never sent");
        assertThat(ledger.problems(List.of())).isEmpty();
    }

    @Test
    void findsARefusedVersionOfAnAcknowledgedRow() {
        ledger.acknowledged(ONE);
        ledger.refused(ONE.next());

        assertThat(ledger.problems(List.of(stored(ONE)))).isEmpty();
        assertThat(ledger.problems(List.of(stored(ONE.next())))).isNotEmpty();
    }

    @Test
    void findsARowThatNobodySent() {
        assertThat(ledger.problems(List.of(stored(ONE)))).isNotEmpty();
    }

    @Test
    void findsARowThatIsThereTwice() {
        ledger.acknowledged(ONE);

        assertThat(ledger.problems(List.of(stored(ONE), stored(ONE)))).singleElement().asString().contains("twice");
    }

    @Test
    void findsADeletionThatWasUndone() {
        ledger.acknowledged(ONE);
        ledger.acknowledged(ONE.tombstone());

        assertThat(ledger.problems(List.of(stored(ONE)))).isNotEmpty();
        assertThat(ledger.problems(List.of(stored(ONE.tombstone())))).isEmpty();
    }

    @Test
    void acceptsEitherOutcomeOfAWriteInDoubt() {
        ledger.acknowledged(ONE);
        ledger.inDoubt(ONE.next());
        ledger.inDoubt(TEXT);

        assertThat(ledger.problems(List.of(stored(ONE)))).isEmpty();
        assertThat(ledger.problems(List.of(stored(ONE.next()), stored(TEXT)))).isEmpty();
        assertThat(ledger.problems(List.of(stored(TEXT)))).as("the acknowledged version may not vanish").isNotEmpty();
    }

    @Test
    void whatWasFoundIsExpectedFromThenOn() {
        ledger.inDoubt(ONE);
        ledger.inDoubt(TEXT);
        ledger.settle(List.of(stored(TEXT)));

        assertThat(ledger.problems(List.of(stored(TEXT)))).isEmpty();
        assertThat(ledger.problems(List.of(stored(ONE), stored(TEXT)))).isNotEmpty();
        assertThat(ledger.problems(List.of())).isNotEmpty();
    }

    @Test
    void findsDamagedFieldsAndVectors() {
        ledger.acknowledged(ONE);
        StoredRow fine = stored(ONE);
        ObjectNode otherFields = ((ObjectNode) fine.fields()).deepCopy().put("name", "other");
        var otherVector = Api.JSON.createArrayNode().add(1.0);

        assertThat(ledger.problems(List.of(new StoredRow(fine.id(), fine.vector(), otherFields, false)))).isNotEmpty();
        assertThat(ledger.problems(List.of(new StoredRow(fine.id(), otherVector, fine.fields(), false)))).isNotEmpty();
    }

    @Test
    void tellsWhatIsWrong() {
        ledger.acknowledged(ONE.next());
        ledger.acknowledged(TEXT);
        ledger.acknowledged(TEXT.tombstone());

        assertThat(ledger.problems(List.of(stored(ONE), stored(TEXT.tombstone())))).extracting(Problem::kind).containsExactly(Kind.LOST);
        assertThat(ledger.problems(List.of(stored(ONE.next().next()), stored(TEXT.tombstone())))).extracting(Problem::kind).containsExactly(Kind.PHANTOM);
        assertThat(ledger.problems(List.of(stored(ONE.next()), stored(TEXT)))).extracting(Problem::kind).containsExactly(Kind.RESURRECTED);
        assertThat(ledger.problems(List.of(stored(TEXT.tombstone())))).extracting(Problem::kind).containsExactly(Kind.LOST);
        assertThat(ledger.problems(List.of(stored(ONE.next()), stored(TEXT.tombstone()), stored(TEXT.tombstone())))).extracting(Problem::kind).containsExactly(Kind.TWICE);
    }

    @Test
    void whatIsRefusedInTheEndIsNoLongerInDoubt() {
        ledger.acknowledged(ONE);
        ledger.inDoubt(ONE.next());
        ledger.refused(ONE.next());

        assertThat(ledger.problems(List.of(stored(ONE)))).isEmpty();
        assertThat(ledger.problems(List.of(stored(ONE.next())))).extracting(Problem::kind).containsExactly(Kind.PHANTOM);
    }

    @Test
    void aReadShowsWhatWasAcknowledgedBeforeItBegan() {
        ledger.acknowledged(ONE);
        ledger.acknowledged(ONE.next());
        Reading reading = ledger.begin(new Random(1)).orElseThrow();

        assertThat(ledger.end(reading, stored(ONE.next()))).isEmpty();
        assertThat(ledger.end(reading, stored(ONE))).map(Problem::kind).contains(Kind.OLD_READ);
        assertThat(ledger.end(reading, null)).map(Problem::kind).contains(Kind.OLD_READ);
        assertThat(ledger.end(reading, stored(ONE.next().next()))).map(Problem::kind).contains(Kind.PHANTOM);
    }

    @Test
    void aReadMayShowWhatIsAcknowledgedWhileItRuns() {
        ledger.acknowledged(ONE);
        Reading reading = ledger.begin(new Random(1)).orElseThrow();
        ledger.acknowledged(ONE.next());

        assertThat(ledger.end(reading, stored(ONE))).isEmpty();
        assertThat(ledger.end(reading, stored(ONE.next()))).isEmpty();
    }

    @Test
    void whatAReadHasShownStays() {
        ledger.inDoubt(ONE);
        assertThat(ledger.problems(List.of())).isEmpty();
        assertThat(ledger.end(ledger.begin(new Random(1)).orElseThrow(), stored(ONE))).isEmpty();

        assertThat(ledger.problems(List.of())).extracting(Problem::kind).containsExactly(Kind.LOST);
        assertThat(ledger.problems(List.of(stored(ONE)))).isEmpty();
    }

    @Test
    void aReadShowsEveryBit() {
        ledger.acknowledged(ONE);
        Reading reading = ledger.begin(new Random(1)).orElseThrow();

        assertThat(ledger.end(reading, new StoredRow(ONE.id(), Api.JSON.createArrayNode().add(1.0), stored(ONE).fields(), false)))
                .map(Problem::kind).contains(Kind.DAMAGED);
    }

    private static StoredRow stored(Version version) {
        var vector = Api.JSON.readTree(Api.JSON.writeValueAsString(version.vector()));
        var fields = Api.JSON.readTree(Api.JSON.writeValueAsString(version.fields()));
        return new StoredRow(version.id(), vector, fields, version.deleted());
    }
}

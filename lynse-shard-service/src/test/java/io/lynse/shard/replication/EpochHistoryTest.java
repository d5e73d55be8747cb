package io.lynse.shard.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.engine.log.EpochEnd;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class EpochHistoryTest {

    static final List<Arguments> SHARED = List.of(
            arguments("equal logs share all",                              history(1, 5, 3, 9), history(1, 5, 3, 9), 9),
            arguments("a shorter log is kept whole",                       history(1, 5, 3, 7), history(1, 5, 3, 9), 7),
            arguments("a tail of an epoch the primary never saw goes",     history(1, 5, 2, 8), history(1, 5, 3, 9), 5),
            arguments("the follower stayed longer in the shared epoch",    history(1, 8),       history(1, 5, 2, 9), 5),
            arguments("the primary stayed longer in the shared epoch",     history(1, 5, 2, 9), history(1, 8, 3, 9), 5),
            arguments("a longer log of other epochs shares nothing",       history(2, 9),       history(1, 3), 0),
            arguments("an empty follower keeps nothing",                   history(),           history(1, 3), 0),
            arguments("an empty primary leaves nothing",                   history(1, 3),       history(), 0));

    @ParameterizedTest(name = "{0}")
    @FieldSource("SHARED")
    void keepsTheEarlierEndOfTheLastSharedEpoch(String when, EpochHistory follower, EpochHistory primary, long keep) {
        assertThat(EpochHistory.shared(follower, primary)).isEqualTo(new Lsn(keep));
    }

    static final List<Arguments> CUT = List.of(
            arguments("behind the end", 9, history(1, 5, 3, 9)),
            arguments("inside an epoch", 7, history(1, 5, 3, 7)),
            arguments("at the end of an epoch", 5, history(1, 5)),
            arguments("to nothing", 0, history()));

    @ParameterizedTest(name = "{0}")
    @FieldSource("CUT")
    void cuts(String where, long keep, EpochHistory expected) {
        assertThat(history(1, 5, 3, 9).cutTo(new Lsn(keep))).isEqualTo(expected);
    }

    @Test
    void growsByTheNextEntryAlone() {
        EpochHistory history = history(1, 5);
        assertThat(history.with(new Epoch(1), new Lsn(6))).isEqualTo(history(1, 6));
        assertThat(history.with(new Epoch(2), new Lsn(6))).isEqualTo(history(1, 5, 2, 6));
        assertThatThrownBy(() -> history.with(new Epoch(1), new Lsn(7))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> history(2, 5).with(new Epoch(1), new Lsn(6))).isInstanceOf(IllegalArgumentException.class);
    }

    /** @param epochsAndEnds epoch, its last LSN, and so on */
    static EpochHistory history(long... epochsAndEnds) {
        var ends = new ArrayList<EpochEnd>();
        for (int i = 0; i < epochsAndEnds.length; i += 2) ends.add(new EpochEnd(new Epoch(epochsAndEnds[i]), new Lsn(epochsAndEnds[i + 1])));
        return new EpochHistory(ends);
    }
}

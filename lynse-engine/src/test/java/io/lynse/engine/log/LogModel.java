package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a log should hold: a list. */
final class LogModel {

    /** An entry with a payload that can be compared. */
    record Entry(long epoch, int type, int version, ByteBuffer payload) {}

    private final List<Entry> entries = new ArrayList<>();
    private long confirmed;

    long last() {
        return entries.size();
    }

    long lastEpoch() {
        return entries.isEmpty() ? 1 : entries.getLast().epoch();
    }

    long confirmed() {
        return confirmed;
    }

    void append(Entry entry) {
        entries.add(entry);
    }

    void confirm(long lsn) {
        confirmed = Math.max(confirmed, lsn);
    }

    void truncateFrom(long lsn) {
        entries.subList((int) lsn - 1, entries.size()).clear();
        confirmed = Math.min(confirmed, lsn - 1);
    }

    /** The log holds exactly these entries, as far as they are not trimmed. */
    void check(WriteAheadLog log) {
        assertThat(log.lastLsn().value()).as("last LSN").isEqualTo(last());
        checkContent(log);
    }

    /**
     * The log holds a prefix that has everything that was confirmed. From now on the model is that prefix.
     *
     * @param truncating first entry of a truncation, or of what a restart leaves out, that the crash interrupted; null: there was none
     */
    void adoptAfterCrash(WriteAheadLog log, @Nullable Long truncating) {
        long found = log.lastLsn().value();
        if (truncating == null || found != truncating - 1) {
            assertThat(found).as("last LSN after a crash").isBetween(confirmed, last());
        }
        assertThat(log.durableLsn().value()).as("durable LSN after a crash").isEqualTo(found);
        truncateFrom(found + 1);
        confirmed = found;
        checkContent(log);
    }

    private void checkContent(WriteAheadLog log) {
        long first = log.firstLsn().value();
        var epochs = new TreeMap<Long, Long>();
        for (long lsn = Math.max(1, first - 1); lsn <= last(); lsn++) epochs.put(entries.get((int) lsn - 1).epoch(), lsn);
        assertThat(log.epochs())
                .containsExactlyElementsOf(epochs.entrySet().stream()
                        .map(end -> new EpochEnd(new Epoch(end.getKey()), new Lsn(end.getValue())))
                        .toList());
        checkFrom(log, first);
    }

    void checkFrom(WriteAheadLog log, long from) {
        try (LogReader reader = log.read(new Lsn(from))) {
            for (long lsn = from; lsn <= last(); lsn++) {
                LogEntry entry = reader.next();
                if (entry == null) throw new AssertionError("entry " + lsn + " is missing");
                assertThat(entry.lsn().value()).isEqualTo(lsn);
                var content = new Entry(entry.epoch().value(), entry.type(), entry.version(), entry.payload());
                assertThat(content).as("entry %s", lsn).isEqualTo(entries.get((int) lsn - 1));
            }
            assertThat(reader.next()).as("behind the last entry").isNull();
        }
    }
}

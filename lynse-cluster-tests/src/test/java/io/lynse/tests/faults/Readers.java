package io.lynse.tests.faults;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.ledger.Ledger;
import io.lynse.tests.ledger.Ledger.Reading;
import io.lynse.tests.ledger.Problem;
import io.lynse.tests.ledger.StoredRow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One reader at each coordinator, which reads row after row until it is told to stop, and holds what it sees against the ledger. */
final class Readers implements AutoCloseable {

    private final Map<String, Object> collection;
    private final Ledger ledger;
    private final Duration pause;
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Problem> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean enough;

    private Readers(Map<String, Object> collection, Ledger ledger, Duration pause) {
        this.collection = collection;
        this.ledger = ledger;
        this.pause = pause;
    }

    static Readers start(List<Api> doors, Map<String, Object> collection, Ledger ledger, Duration pause, long seed) {
        var readers = new Readers(collection, ledger, pause);
        for (Api door : doors) {
            var random = new Random(seed + readers.threads.size());
            readers.threads.add(Thread.ofPlatform().name("reader-" + readers.threads.size()).start(() -> readers.run(door, random)));
        }
        return readers;
    }

    private void run(Api door, Random random) {
        while (!enough) {
            ledger.begin(random).ifPresent(reading -> read(door, reading));
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private void read(Api door, Reading reading) {
        try {
            Map<String, Object> body = new HashMap<>(collection);
            body.put("id", StoredRow.json(reading.id()));
            Answer answer = door.post("/read_by_only_id", body);
            boolean absent = answer.status() == 400 && answer.error().contains("does not exist");
            if (answer.status() != 200 && !absent) {
                failed.incrementAndGet();
                return;
            }
            answered.incrementAndGet();
            ledger.end(reading, absent ? null : row(answer.params().get("item"))).ifPresent(problems::add);
        } catch (IOException noAnswer) {
            failed.incrementAndGet();
        }
    }

    private static @Nullable StoredRow row(JsonNode triple) {
        List<StoredRow> rows = StoredRow.of(triple, Api.JSON.createArrayNode());
        return rows.isEmpty() ? null : rows.getFirst();
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    long answered() {
        return answered.get();
    }

    long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        enough = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }
}

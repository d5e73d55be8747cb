package io.lynse.tests.processes;

import io.lynse.model.RowId;
import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.BinaryBody;
import io.lynse.tests.ledger.Ledger;
import io.lynse.tests.ledger.StoredRow;
import io.lynse.tests.ledger.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Several connections that write through coordinators until they are told to stop, and note in a ledger what they were
 * told. Each writes rows of its own: new ones with integer ids (binary) and text ids (JSON), new versions of acknowledged
 * rows, deletions, and batches that must be refused because one of their ids exists. What one coordinator left in doubt is asked of the next
 * under the same key: one request has one result.
 */
public final class Ingest implements AutoCloseable {

    private static final int CONNECTIONS = 4;
    private static final int BATCH = 20;

    private final List<Api> doors;
    private final Duration pause;
    private final String database;
    private final String collection;
    private final Ledger ledger;
    private final List<Thread> writers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private Ingest(List<Api> doors, Duration pause, String database, String collection, Ledger ledger) {
        this.doors = List.copyOf(doors);
        this.pause = pause;
        this.database = database;
        this.collection = collection;
        this.ledger = ledger;
    }

    /** @param run numbers the id ranges, so that each run writes rows of its own */
    static Ingest start(Api api, String database, String collection, Ledger ledger, int run, long seed) {
        return start(List.of(api), Duration.ZERO, database, collection, ledger, run, seed);
    }

    /**
     * @param doors coordinators: each connection begins with another one
     * @param pause between two requests of one connection
     */
    public static Ingest start(List<Api> doors, Duration pause, String database, String collection, Ledger ledger, int run, long seed) {
        var ingest = new Ingest(doors, pause, database, collection, ledger);
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            Writer writer = ingest.new Writer(run * CONNECTIONS + connection, new Random(seed + connection));
            ingest.writers.add(Thread.ofPlatform().name("writer-" + connection).start(writer::run));
        }
        return ingest;
    }

    /** Ends all connections; what was in flight is answered or in doubt when this returns. */
    @Override
    public void close() {
        stopping = true;
        for (Thread writer : writers) {
            try {
                writer.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }

    /** A request that did not succeed. @param status 0: there was no answer */
    public record Failure(String path, int status, String text) {}

    /** What clients saw go wrong. */
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    private final class Writer {
        private final int number;
        private final Random random;
        private final List<Version> live = new ArrayList<>();
        private long nextId;
        private int nextText;
        private int nextKey;

        Writer(int number, Random random) {
            this.number = number;
            this.random = random;
            this.nextId = number * 1_000_000L;
        }

        void run() {
            while (!stopping) {
                pause();
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> binary("/add_binary_ids", Stream.generate(() -> Version.first(RowId.of(nextId++))).limit(BATCH).toList());
                    case 4, 5 -> json("/add", Stream.generate(() -> Version.first(RowId.of("w" + number + "-" + nextText++))).limit(BATCH).toList());
                    case 6, 7 -> json("/upsert", some().stream().map(Version::next).toList());
                    case 8 -> delete(some().stream().map(Version::tombstone).toList());
                    default -> json("/add", withTaken());
                }
            }
        }

        private void pause() {
            if (pause.isZero()) return; // parkNanos of nothing still gives the processor up
            LockSupport.parkNanos(pause.toNanos());
        }

        /** Fresh rows around one that exists: the part of its group must be refused as a whole. */
        private List<Version> withTaken() {
            var rows = new ArrayList<Version>(Stream.generate(() -> Version.first(RowId.of(nextId++))).limit(5).toList());
            if (!live.isEmpty()) rows.add(2, live.get(random.nextInt(live.size())).next());
            return rows;
        }

        /** Takes rows out of play; they come back when their fate is known. */
        private List<Version> some() {
            var taken = new ArrayList<Version>();
            for (int i = 0; i < 5 && !live.isEmpty(); i++) taken.add(live.remove(random.nextInt(live.size())));
            return taken;
        }

        private void json(String path, List<Version> rows) {
            if (rows.isEmpty()) return;
            post(path, rows, Map.of("database_name", database, "collection_name", collection, "ids", ids(rows),
                    "vectors", rows.stream().map(Version::vector).toList(), "fields", rows.stream().map(Version::fields).toList()));
        }

        private void binary(String path, List<Version> rows) {
            var body = new BinaryBody();
            rows.forEach(row -> body.vector(row.vector()));
            rows.forEach(row -> body.id(((RowId.IntId) row.id()).value()));
            body.fields(rows.stream().map(Version::fields).toList());
            String query = "?database_name=%s&collection_name=%s&dim=%d&n_vectors=%d&ids_encoding=raw&return_ids=false"
                    .formatted(database, collection, Version.DIMENSION, rows.size());
            send(path + query, rows, "application/octet-stream", body.bytes());
        }

        private void delete(List<Version> tombstones) {
            if (tombstones.isEmpty()) return;
            post("/delete", tombstones, Map.of("database_name", database, "collection_name", collection, "ids", ids(tombstones)));
        }

        private void post(String path, List<Version> rows, Map<String, ?> body) {
            send(path, rows, "application/json", Api.JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
        }

        /** Through one door after the other, until no row is in doubt or none is left. */
        private void send(String path, List<Version> rows, String type, byte[] body) {
            Map<String, String> headers = Map.of("Content-Type", type, "Idempotency-Key", collection + "-" + number + "-" + nextKey++);
            rows.forEach(ledger::inDoubt);
            Map<RowId, Outcome> outcomes = new HashMap<>();
            for (int attempt = 0; attempt < doors.size() && (attempt == 0 || outcomes.containsValue(Outcome.IN_DOUBT)); attempt++) {
                Map<RowId, Outcome> told = ask(doors.get((number + attempt) % doors.size()), path, rows, headers, body);
                told.forEach((id, outcome) -> outcomes.merge(id, outcome, Outcome::then));
            }
            rows.forEach(row -> note(row, Objects.requireNonNull(outcomes.get(row.id()))));
        }

        private Map<RowId, Outcome> ask(Api door, String path, List<Version> rows, Map<String, String> headers, byte[] body) {
            Map<RowId, Outcome> outcomes = new HashMap<>();
            try {
                Answer answer = door.send("POST", path, headers, body);
                rows.forEach(row -> outcomes.put(row.id(), Outcome.of(answer)));
                outcomes.putAll(Outcome.parts(answer));
                if (answer.status() != 200) failures.add(new Failure(path, answer.status(), answer.text()));
            } catch (IOException noAnswer) {
                failures.add(new Failure(path, 0, noAnswer.toString()));
                rows.forEach(row -> outcomes.put(row.id(), Outcome.IN_DOUBT));
            }
            return outcomes;
        }

        private void note(Version row, Outcome outcome) {
            switch (outcome) {
                case ACKNOWLEDGED -> {
                    ledger.acknowledged(row);
                    if (!row.deleted()) live.add(row);
                }
                case REFUSED -> ledger.refused(row);
                case IN_DOUBT -> {
                    // The row that a refused batch was built around stays in play elsewhere; in doubt it must not.
                    live.removeIf(other -> other.id().equals(row.id()));
                    ledger.inDoubt(row);
                }
            }
        }
    }

    enum Outcome {
        ACKNOWLEDGED,
        REFUSED,
        IN_DOUBT;

        /** What an answer says of every row that it does not name. */
        static Outcome of(Answer answer) {
            return switch (answer.status()) {
                case 200 -> ACKNOWLEDGED;
                case 400, 404, 409, 413, 429, 503 -> REFUSED;
                default -> IN_DOUBT;
            };
        }

        /** A row in doubt is settled by success alone: that a repeat was refused says nothing of the request before. */
        Outcome then(Outcome repeat) {
            return this == IN_DOUBT && repeat == REFUSED ? IN_DOUBT : this == IN_DOUBT ? repeat : this;
        }

        /** What an error {@code partial_write} says of each row. */
        static Map<RowId, Outcome> parts(Answer answer) {
            if (answer.status() == 200 || !answer.text().startsWith("{")) return Map.of();
            JsonNode error = answer.json();
            var parts = new HashMap<RowId, Outcome>();
            error.path("written").forEach(id -> parts.put(id(id), ACKNOWLEDGED));
            error.path("refused").forEach(id -> parts.put(id(id), REFUSED));
            error.path("unknown").forEach(id -> parts.put(id(id), IN_DOUBT));
            return parts;
        }

        private static RowId id(JsonNode json) {
            return json.isString() ? RowId.of(json.stringValue()) : RowId.of(json.longValue());
        }
    }

    private static List<Object> ids(List<Version> rows) {
        return rows.stream().map(row -> StoredRow.json(row.id())).toList();
    }
}

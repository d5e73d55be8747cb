package io.lynse.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.log.LogSettings;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.HybridClock;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.UpdateCollection;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An engine that a test writes to as one client, with short words for the entries. */
public final class TestEngine implements AutoCloseable {

    public static final Epoch EPOCH = new Epoch(1);
    private static final String DATABASE = "db";

    private final EngineSettings settings;
    private final LogSettings log;
    private final FoldObserver folds;
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final HybridClock clock = new HybridClock(millis::incrementAndGet);
    private Engine engine;

    public TestEngine(Path directory) {
        this(EngineSettings.of(directory));
    }

    public TestEngine(EngineSettings settings) {
        this(settings, FoldObserver.NONE);
    }

    /** @param folds told of folds in the background */
    public TestEngine(EngineSettings settings, FoldObserver folds) {
        this(settings, LogSettings.DEFAULT, folds);
    }

    /** @param log other sizes than the shipped ones */
    public TestEngine(EngineSettings settings, LogSettings log, FoldObserver folds) {
        this.settings = settings;
        this.log = log;
        this.folds = folds;
        this.engine = Engine.open(settings, log, folds);
        clock.observe(engine.largestStamp());
    }

    /** An engine whose log has other sizes than the shipped ones. */
    public static Engine open(EngineSettings settings, LogSettings log) {
        return Engine.open(settings, log, FoldObserver.NONE);
    }

    public Engine engine() {
        return engine;
    }

    public void reopen() {
        engine.close();
        engine = Engine.open(settings, log, folds);
    }

    public CompletableFuture<Applied> send(EntryType type, MessageLite message) {
        return engine.submit(EPOCH, type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer());
    }

    /** @throws LynseException when it is refused or fails */
    public Applied.Result apply(EntryType type, MessageLite message) {
        try {
            Applied.Result result = send(type, message).join().result();
            if (result instanceof Applied.Refused(var error)) throw new LynseException(error);
            return result;
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof LynseException told) throw told;
            throw failed;
        }
    }

    public void createDatabase(String name) {
        apply(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase(name).build());
    }

    /** @param below as when the drop was decided */
    public void dropDatabase(String name, long below) {
        apply(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase(name).setCollectionsBelow(below).build());
    }

    public void dropDatabase(String name) {
        apply(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase(name).build());
    }

    public CollectionId create(String collection) {
        return create(collection, 0, ElementType.FLOAT32);
    }

    public CollectionId create(String collection, int dimension, ElementType type) {
        createDatabase(DATABASE);
        return create(CreateCollection.newBuilder()
                .setDatabase(DATABASE)
                .setCollection(collection)
                .setDimension(dimension)
                .setElementType(Wire.elementType(type)));
    }

    public CollectionId create(CreateCollection.Builder create) {
        return ((Applied.CollectionChanged) apply(EntryType.CREATE_COLLECTION, create.build())).info().id();
    }

    public void drop(CollectionId id) {
        apply(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(id.value()).build());
    }

    public Ids write(CollectionId id, RowBatch batch) {
        return ((Applied.RowsWritten) apply(EntryType.WRITE_ROWS, entry(id, batch))).ids();
    }

    public io.lynse.wire.v1.WriteRows entry(CollectionId id, RowBatch batch) {
        return Wire.writeRows(id, batch, clock.next(), writeId().toByteArray());
    }

    static ByteString writeId() {
        UUID id = UUID.randomUUID();
        return new WriteId(id.getMostSignificantBits(), id.getLeastSignificantBits()).toBytes();
    }

    public Ids add(CollectionId id, Ids ids, float[]... vectors) {
        return write(id, new RowBatch(WriteKind.ADD, Vectors.of(vectors), ids, FieldBlock.NONE));
    }

    public Ids add(CollectionId id, Ids ids, List<@Nullable Fields> fields, float[]... vectors) {
        return write(id, new RowBatch(WriteKind.ADD, Vectors.of(vectors), ids, FieldBlock.of(fields)));
    }

    public Ids bulkAdd(CollectionId id, float[]... vectors) {
        return write(id, new RowBatch(WriteKind.ADD, Vectors.of(vectors), null, FieldBlock.NONE));
    }

    public Ids upsert(CollectionId id, Ids ids, float[]... vectors) {
        return write(id, new RowBatch(WriteKind.UPSERT, Vectors.of(vectors), ids, FieldBlock.NONE));
    }

    public Ids upsert(CollectionId id, Ids ids, List<@Nullable Fields> fields, float[]... vectors) {
        return write(id, new RowBatch(WriteKind.UPSERT, Vectors.of(vectors), ids, FieldBlock.of(fields)));
    }

    public void mark(CollectionId id, Ids ids, boolean deleted) {
        apply(EntryType.MARK_ROWS, MarkRows.newBuilder().setCollectionId(id.value()).setIds(Wire.ids(ids)).setDeleted(deleted).build());
    }

    public long compact(CollectionId id) {
        return ((Applied.RowsCompacted) apply(EntryType.COMPACT, Compact.newBuilder().setCollectionId(id.value()).build())).removed();
    }

    public void setIndex(CollectionId id, @Nullable IndexMode mode) {
        setIndex(id, mode == null ? null : mode.text(), false);
    }

    public void setIndex(CollectionId id, @Nullable String mode, boolean evenIfEmpty) {
        var setting = IndexSetting.newBuilder().setEvenIfEmpty(evenIfEmpty);
        if (mode != null) setting.setMode(mode);
        apply(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(id.value()).setIndex(setting).build());
    }

    public void setIndex(CollectionId id, String mode, int m, int efConstruction) {
        var setting = IndexSetting.newBuilder().setMode(mode).setParameters(IndexParameters.newBuilder().setM(m).setEfConstruction(efConstruction));
        apply(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(id.value()).setIndex(setting).build());
    }

    @Override
    public void close() {
        engine.close();
    }
}

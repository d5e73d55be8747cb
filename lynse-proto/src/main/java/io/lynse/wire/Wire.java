package io.lynse.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionStats;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.IdRange;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.OrderStamps;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.SearchOptions;
import io.lynse.wire.v1.WriteRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Messages to records and back. Large parts (vectors, fields) on the heap are wrapped, not copied: a record made from a message shares
 * its bytes, and a message made from a record shares the record's. What may lie outside the heap goes as {@link BulkMessage}.
 */
public final class Wire {

    private Wire() {}

    public static io.lynse.wire.v1.Ids ids(Ids ids) {
        var out = io.lynse.wire.v1.Ids.newBuilder();
        switch (ids) {
            case Ids.Range range -> out.setRange(range(range));
            case Ids.Ints(long[] values) -> {
                for (long value : values) out.addInts(value);
            }
            case Ids.Mixed(List<RowId> values) -> values.forEach(id -> out.addMixed(id(id)));
        }
        return out.build();
    }

    /** @throws IllegalArgumentException if an id is none, or if more than one form is used */
    public static Ids ids(io.lynse.wire.v1.Ids ids) {
        int forms = (ids.hasRange() ? 1 : 0) + (ids.getIntsCount() > 0 ? 1 : 0) + (ids.getMixedCount() > 0 ? 1 : 0);
        if (forms > 1) throw new IllegalArgumentException("ids must have exactly one form");
        if (ids.hasRange()) return Ids.range(ids.getRange().getStart(), ids.getRange().getCount());
        if (ids.getMixedCount() > 0) return Ids.of(ids.getMixedList().stream().map(Wire::id).toList());
        var values = new long[ids.getIntsCount()];
        for (int row = 0; row < values.length; row++) values[row] = ids.getInts(row);
        return Ids.of(values);
    }

    public static io.lynse.wire.v1.RowId id(RowId id) {
        return switch (id) {
            case RowId.IntId(long value) -> io.lynse.wire.v1.RowId.newBuilder().setInt(value).build();
            case RowId.TextId(String value) -> io.lynse.wire.v1.RowId.newBuilder().setText(value).build();
        };
    }

    public static RowId id(io.lynse.wire.v1.RowId id) {
        return switch (id.getIdCase()) {
            case INT -> RowId.of(id.getInt());
            case TEXT -> RowId.of(id.getText());
            case ID_NOT_SET -> throw new IllegalArgumentException("a row id is empty");
        };
    }

    public static io.lynse.wire.v1.ElementType elementType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> io.lynse.wire.v1.ElementType.FLOAT32;
            case FLOAT16 -> io.lynse.wire.v1.ElementType.FLOAT16;
        };
    }

    public static ElementType elementType(io.lynse.wire.v1.ElementType type) {
        return switch (type) {
            case FLOAT32 -> ElementType.FLOAT32;
            case FLOAT16 -> ElementType.FLOAT16;
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown element type");
        };
    }

    /** The log entry of a batch that comes without a client's key. */
    public static WriteRows writeRows(CollectionId collection, RowBatch batch, long stampClock, byte[] writeId) {
        return writeRows(collection, batch, stampClock, new RequestId(writeId, 0));
    }

    /** The log entry of a batch, as one message on the heap. */
    public static WriteRows writeRows(CollectionId collection, RowBatch batch, long stampClock, RequestId request) {
        return rowsHead(collection, batch, stampClock, request).setVectors(bytes(batch.vectors().data())).setFields(bytes(batch.fields().bytes())).build();
    }

    /** The log entry of a batch, whose vectors and fields stay where they are. */
    public static BulkMessage rowsEntry(CollectionId collection, RowBatch batch, long stampClock, RequestId request) {
        return new BulkMessage(rowsHead(collection, batch, stampClock, request).build(), List.of(
                new BulkMessage.Part(WriteRows.VECTORS_FIELD_NUMBER, batch.vectors().data()),
                new BulkMessage.Part(WriteRows.FIELDS_FIELD_NUMBER, batch.fields().bytes())));
    }

    /**
     * The log entry of some rows of a batch, which keep their places in the client's request.
     * @param rows ascending
     */
    public static BulkMessage rowsEntry(CollectionId collection, RowBatch batch, int[] rows, long stampClock, RequestId request) {
        if (rows.length == batch.count()) return rowsEntry(collection, batch, stampClock, request);
        Ids ids = batch.ids();
        var stamps = OrderStamps.newBuilder().setClock(stampClock);
        for (int row : rows) stamps.addPlaces(batch.place(row));
        var head = rowsHead(collection, batch, ids == null ? null : ids.pick(rows), request).setCount(rows.length).setStamps(stamps);
        return new BulkMessage(head.build(), List.of(
                new BulkMessage.Part(WriteRows.VECTORS_FIELD_NUMBER, batch.vectors().bytes(rows)),
                new BulkMessage.Part(WriteRows.FIELDS_FIELD_NUMBER, batch.fields().bytes(rows))));
    }

    private static WriteRows.Builder rowsHead(CollectionId collection, RowBatch batch, long stampClock, RequestId request) {
        var stamps = OrderStamps.newBuilder().setClock(stampClock);
        int[] places = batch.places();
        if (places != null) {
            for (int place : places) stamps.addPlaces(place);
        }
        return rowsHead(collection, batch, batch.ids(), request).setCount(batch.count()).setStamps(stamps);
    }

    private static WriteRows.Builder rowsHead(CollectionId collection, RowBatch batch, @Nullable Ids ids, RequestId request) {
        var out = WriteRows.newBuilder()
                .setCollectionId(collection.value())
                .setKind(batch.kind() == WriteKind.ADD ? io.lynse.wire.v1.WriteKind.ADD : io.lynse.wire.v1.WriteKind.UPSERT)
                .setDimension(batch.vectors().dimension())
                .setEncoding(elementType(batch.vectors().encoding()))
                .setWriteId(ByteString.copyFrom(request.writeId()))
                .setRequestDigest(request.digest());
        if (ids != null) out.setIds(ids(ids));
        return out;
    }

    public static MarkRows markRows(CollectionId collection, Ids ids, boolean deleted, RequestId request) {
        return MarkRows.newBuilder()
                .setCollectionId(collection.value())
                .setIds(ids(ids))
                .setDeleted(deleted)
                .setWriteId(ByteString.copyFrom(request.writeId()))
                .setRequestDigest(request.digest())
                .build();
    }

    /** @param ids that the request's rows get; null: it names them itself */
    public static ClaimKey claimKey(RequestId request, Ids.@Nullable Range ids) {
        var out = ClaimKey.newBuilder().setWriteId(ByteString.copyFrom(request.writeId())).setRequestDigest(request.digest());
        if (ids != null) out.setIds(range(ids));
        return out.build();
    }

    public static IdRange range(Ids.Range ids) {
        return IdRange.newBuilder().setStart(ids.start()).setCount(ids.size()).build();
    }

    public static Ids.Range range(IdRange ids) {
        return new Ids.Range(ids.getStart(), ids.getCount());
    }

    /** A log entry of rows. @param head all but its vectors and fields, which are views */
    public record RowsEntry(WriteRows head, ByteBuffer vectors, ByteBuffer fields) {}

    /** Takes an entry apart without copying its vectors and fields. */
    public static RowsEntry rowsEntry(ByteBuffer payload) throws InvalidProtocolBufferException {
        BulkMessage.Split split = BulkMessage.split(payload, WriteRows.VECTORS_FIELD_NUMBER, WriteRows.FIELDS_FIELD_NUMBER);
        return new RowsEntry(WriteRows.parseFrom(split.head()), split.parts().get(0), split.parts().get(1));
    }

    /** @throws IllegalArgumentException or FieldFormatException if the parts do not fit each other */
    public static RowBatch rowBatch(WriteRows rows) {
        return rowBatch(new RowsEntry(rows, rows.getVectors().asReadOnlyByteBuffer(), rows.getFields().asReadOnlyByteBuffer()));
    }

    /** @throws IllegalArgumentException or FieldFormatException if the parts do not fit each other */
    public static RowBatch rowBatch(RowsEntry entry) {
        WriteRows rows = entry.head();
        WriteKind kind = switch (rows.getKind()) {
            case ADD -> WriteKind.ADD;
            case UPSERT -> WriteKind.UPSERT;
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown write kind");
        };
        if (rows.getCount() > 0 && rows.getDimension() < 1) throw new IllegalArgumentException("rows without a dimension");
        var vectors = new Vectors(rows.getCount(), rows.getDimension(), elementType(rows.getEncoding()), entry.vectors());
        int @Nullable [] places = rows.getStamps().getPlacesCount() == 0
                ? null
                : rows.getStamps().getPlacesList().stream().mapToInt(Integer::intValue).toArray();
        return new RowBatch(
                kind,
                vectors,
                rows.hasIds() ? ids(rows.getIds()) : null,
                FieldBlock.checked(entry.fields(), rows.getCount()),
                places);
    }

    public static SearchOptions options(CollectionId collection, Query.Options options) {
        var out = SearchOptions.newBuilder()
                .setCollectionId(collection.value())
                .setK(options.k())
                .setWithFields(options.withFields())
                .setBeam(options.beam());
        options.threshold().ifPresent(threshold -> out.setThreshold(threshold).setHasThreshold(true));
        return out.build();
    }

    public static Query.Options options(SearchOptions options) {
        return new Query.Options(
                options.getK(),
                options.getWithFields(),
                options.getBeam(),
                options.getHasThreshold() ? OptionalDouble.of(options.getThreshold()) : OptionalDouble.empty());
    }

    public static ByteString vector(float[] vector) {
        ByteBuffer data = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(vector);
        return UnsafeByteOperations.unsafeWrap(data);
    }

    /** @throws IllegalArgumentException if the bytes are no whole number of floats */
    public static float[] vector(ByteString data) {
        if (data.size() % Float.BYTES != 0) throw new IllegalArgumentException("a vector has " + data.size() + " bytes");
        var vector = new float[data.size() / Float.BYTES];
        data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    public static io.lynse.wire.v1.Hits hits(Hits hits) {
        var out = io.lynse.wire.v1.Hits.newBuilder().setIds(ids(hits.ids())).setFields(bytes(hits.fields().bytes()));
        for (float score : hits.scores()) out.addScores(score);
        return out.build();
    }

    public static Hits hits(io.lynse.wire.v1.Hits hits) {
        var scores = new float[hits.getScoresCount()];
        for (int i = 0; i < scores.length; i++) scores[i] = hits.getScores(i);
        return new Hits(ids(hits.getIds()), scores, FieldBlock.checked(hits.getFields().asReadOnlyByteBuffer(), scores.length));
    }

    public static void select(ReadRowsRequest.Builder request, RowSelection selection) {
        switch (selection) {
            case RowSelection.ById(Ids ids) -> request.setIds(ids(ids));
            case RowSelection.Head(int n) -> request.setHead(n);
            case RowSelection.Tail(int n) -> request.setTail(n);
            case RowSelection.Deleted() -> request.setDeleted(true);
        }
    }

    public static RowSelection selection(ReadRowsRequest request) {
        return switch (request.getWhichCase()) {
            case IDS -> new RowSelection.ById(ids(request.getIds()));
            case HEAD -> new RowSelection.Head(request.getHead());
            case TAIL -> new RowSelection.Tail(request.getTail());
            case DELETED -> new RowSelection.Deleted();
            case WHICH_NOT_SET -> throw new IllegalArgumentException("no rows were named");
        };
    }

    public static RowsReply rows(Rows rows) {
        return rowsHead(rows).setVectors(bytes(rows.vectors().data())).setFields(bytes(rows.fields().bytes())).build();
    }

    /** The same message, whose vectors and fields stay where they are. */
    public static BulkMessage rowsReply(Rows rows) {
        return new BulkMessage(rowsHead(rows).build(), List.of(
                new BulkMessage.Part(RowsReply.VECTORS_FIELD_NUMBER, rows.vectors().data()),
                new BulkMessage.Part(RowsReply.FIELDS_FIELD_NUMBER, rows.fields().bytes())));
    }

    private static RowsReply.Builder rowsHead(Rows rows) {
        var out = RowsReply.newBuilder().setDimension(rows.vectors().dimension()).setIds(ids(rows.ids()));
        for (OrderStamp stamp : rows.stamps()) out.addStampClocks(stamp.clock()).addStampPlaces(stamp.place());
        return out;
    }

    /** An answer of rows. @param head all but its vectors and fields, which are views */
    public record RowsAnswer(RowsReply head, ByteBuffer vectors, ByteBuffer fields) {}

    /** Takes an answer apart without copying its vectors and fields. */
    public static RowsAnswer rowsAnswer(ByteBuffer reply) throws InvalidProtocolBufferException {
        BulkMessage.Split split = BulkMessage.split(reply, RowsReply.VECTORS_FIELD_NUMBER, RowsReply.FIELDS_FIELD_NUMBER);
        return new RowsAnswer(RowsReply.parseFrom(split.head()), split.parts().get(0), split.parts().get(1));
    }

    public static Rows rows(RowsReply rows) {
        return rows(new RowsAnswer(rows, rows.getVectors().asReadOnlyByteBuffer(), rows.getFields().asReadOnlyByteBuffer()));
    }

    public static Rows rows(RowsAnswer answer) {
        RowsReply rows = answer.head();
        Ids ids = ids(rows.getIds());
        boolean withVectors = answer.vectors().hasRemaining();
        var stamps = new OrderStamp[rows.getStampClocksCount()];
        for (int i = 0; i < stamps.length; i++) stamps[i] = new OrderStamp(rows.getStampClocks(i), rows.getStampPlaces(i));
        return new Rows(
                ids,
                new Vectors(withVectors ? ids.size() : 0, rows.getDimension(), ElementType.FLOAT32, answer.vectors()),
                FieldBlock.checked(answer.fields(), ids.size()),
                stamps);
    }

    public static CollectionState state(CollectionStats stats) {
        return state(stats.info()).toBuilder()
                .setRows(stats.rows())
                .setTombstones(stats.tombstones())
                .setLargestIntId(stats.largestIntId())
                .setRowsEver(stats.rowsEver())
                .setHoldsTextIds(stats.holdsTextIds())
                .addAllFieldNames(stats.fieldNames())
                .setPath(stats.path())
                .build();
    }

    /** Of a collection that nobody can count now. */
    public static CollectionState state(CollectionInfo info) {
        var out = CollectionState.newBuilder()
                .setCollectionId(info.id().value())
                .setDatabase(info.name().database())
                .setCollection(info.name().collection())
                .setDimension(info.dimension())
                .setElementType(elementType(info.elementType()))
                .setLargestIntId(-1);
        if (info.description() != null) out.setDescription(info.description());
        if (info.indexMode() != null) out.setIndexMode(info.indexMode().text());
        return out.build();
    }

    public static CollectionStats stats(CollectionState state) {
        var info = new CollectionInfo(
                new CollectionId(state.getCollectionId()),
                new CollectionName(state.getDatabase(), state.getCollection()),
                state.getDimension(),
                elementType(state.getElementType()),
                state.hasDescription() ? state.getDescription() : null,
                state.hasIndexMode() ? IndexMode.parse(state.getIndexMode()).orElseThrow() : null);
        return new CollectionStats(
                info,
                state.getRows(),
                state.getTombstones(),
                state.getLargestIntId(),
                state.getRowsEver(),
                state.getHoldsTextIds(),
                state.getFieldNamesList(),
                state.getPath());
    }

    private static ByteString bytes(ByteBuffer data) {
        return UnsafeByteOperations.unsafeWrap(data.duplicate());
    }
}

package io.lynse.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.engine.directory.AtomicFile;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Lsn;
import io.lynse.wire.IndexWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CatalogCollection;
import io.lynse.wire.v1.CatalogState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The catalog on disk, replaced as a whole:
 * <pre>
 *  0  8  "LYNSECAT"
 *  8  4  version, 1; little-endian, as everything here
 * 12  4  CRC32C of the rest
 * 16  n  CatalogState
 * </pre>
 */
final class CatalogFile {

    /**
     * @param folded  per collection: its files hold every entry up to here
     * @param logFrom in a pinned catalog: the first entry of the log that it needs
     * @param commits in a pinned catalog, per collection: generation of the Lucene commit that it stands on; 0: there is none
     */
    record Content(Applier.Image applied, Map<CollectionId, Lsn> folded, Lsn logFrom, Map<CollectionId, Long> commits) {
        static final Content NONE = new Content(Applier.Image.EMPTY, Map.of(), Lsn.NONE, Map.of());

        AppliedState state() {
            return applied.state();
        }
    }

    private static final byte[] MAGIC = "LYNSECAT".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = 16;

    private final Path file;

    CatalogFile(Path file) {
        this.file = file;
    }

    /** @throws java.io.UncheckedIOException if the disk refuses */
    void write(Applier.Image applied, Function<CollectionRecord, Lsn> folded) {
        write(applied, folded, Lsn.NONE, record -> 0L);
    }

    /** With what a pinned one has besides, see {@link Content}. */
    void write(Applier.Image applied, Function<CollectionRecord, Lsn> folded, Lsn logFrom, Function<CollectionRecord, Long> commit) {
        AtomicFile.write(file, bytes(applied, folded, logFrom, commit));
    }

    /** The content of such a file. */
    static byte[] bytes(Applier.Image applied, Function<CollectionRecord, Lsn> folded, Lsn logFrom, Function<CollectionRecord, Long> commit) {
        AppliedState state = applied.state();
        var out = CatalogState.newBuilder()
                .setLsn(state.lsn().value())
                .setNextCollectionId(state.catalog().nextId())
                .setLargestStamp(state.largestStamp())
                .setLogFromLsn(logFrom.value())
                .addAllDatabases(state.catalog().databases());
        for (CollectionRecord record : state.catalog().records()) out.addCollections(message(record, folded.apply(record), commit.apply(record)));
        applied.memory().remembered().forEach(each -> out.addRemembered(RememberedWire.message(each)));
        applied.memory().repeats().forEach(lsn -> out.addRepeats(lsn.value()));
        byte[] body = out.build().toByteArray();
        ByteBuffer content = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
        return content.put(MAGIC).putInt(VERSION).putInt(crc(body)).put(body).array();
    }

    /** What was written last; nothing when there is no file. @throws DamagedCopyException if it is not what was written; EngineOpenException if a newer program wrote it */
    Content read() {
        byte[] content = AtomicFile.read(file).orElse(null);
        if (content == null) return Content.NONE;
        if (content.length < HEADER || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) throw damaged("it is no catalog");
        ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int version = header.getInt();
        if (version != VERSION) {
            throw new EngineOpenException("the catalog " + file + " has version " + version + ", this program knows " + VERSION
                    + "; start the newer program");
        }
        byte[] body = Arrays.copyOfRange(content, HEADER, content.length);
        if (header.getInt() != crc(body)) throw damaged("its checksum does not fit");
        try {
            return content(CatalogState.parseFrom(body));
        } catch (InvalidProtocolBufferException | RuntimeException wrong) {
            throw damaged(String.valueOf(wrong.getMessage()));
        }
    }

    /** Removes the file, durably; it need not be there. */
    void delete() {
        AtomicFile.delete(file);
    }

    private static CatalogCollection message(CollectionRecord record, Lsn folded, long commit) {
        CollectionInfo info = record.info();
        var out = CatalogCollection.newBuilder()
                .setCollectionId(info.id().value())
                .setDatabase(info.name().database())
                .setCollection(info.name().collection())
                .setDimension(info.dimension())
                .setElementType(Wire.elementType(info.elementType()))
                .setIndexParameters(IndexWire.message(record.indexParameters()))
                .setCreatedLsn(record.created().value())
                .setDimensionLsn(record.dimensionFixed().value())
                .setFoldedLsn(folded.value())
                .setCommitGeneration(commit);
        String description = info.description();
        if (description != null) out.setDescription(description);
        IndexMode mode = info.indexMode();
        if (mode != null) out.setIndexMode(mode.text());
        return out.build();
    }

    private static Content content(CatalogState state) {
        var records = new ArrayList<CollectionRecord>();
        var folded = new HashMap<CollectionId, Lsn>();
        var commits = new HashMap<CollectionId, Long>();
        for (CatalogCollection each : state.getCollectionsList()) {
            var info = new CollectionInfo(
                    new CollectionId(each.getCollectionId()),
                    new CollectionName(each.getDatabase(), each.getCollection()),
                    each.getDimension(),
                    Wire.elementType(each.getElementType()),
                    each.hasDescription() ? each.getDescription() : null,
                    each.hasIndexMode() ? IndexMode.parse(each.getIndexMode()).orElseThrow() : null);
            records.add(new CollectionRecord(
                    info, parameters(info.indexMode(), each.getIndexParameters()), new Lsn(each.getCreatedLsn()), new Lsn(each.getDimensionLsn())));
            folded.put(info.id(), new Lsn(each.getFoldedLsn()));
            commits.put(info.id(), each.getCommitGeneration());
        }
        CatalogImage catalog = CatalogImage.of(state.getDatabasesList(), records, state.getNextCollectionId());
        var applied = new AppliedState(new Lsn(state.getLsn()), catalog, state.getLargestStamp());
        var memory = new WriteMemory.Image(
                state.getRememberedList().stream().map(RememberedWire::remembered).toList(),
                state.getRepeatsList().stream().map(Lsn::new).toList());
        return new Content(new Applier.Image(applied, memory), folded, new Lsn(state.getLogFromLsn()), commits);
    }

    private static IndexParameters parameters(@Nullable IndexMode mode, io.lynse.wire.v1.IndexParameters given) {
        return mode == null ? IndexParameters.NONE : IndexWire.parameters(mode, given);
    }

    private DamagedCopyException damaged(String why) {
        return new DamagedCopyException("the catalog " + file + " is damaged (" + why + ")");
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}

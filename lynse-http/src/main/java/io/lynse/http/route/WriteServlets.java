package io.lynse.http.route;

import io.lynse.http.codec.BinaryBody;
import io.lynse.http.codec.JsonReader;
import io.lynse.http.codec.QueryParameters;
import io.lynse.http.limit.BodyFilter;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Writes of rows, JSON or binary (wire contract 4.4, 5.4). */
final class WriteServlets {

    private WriteServlets() {}

    static Map<String, HotServlet> all(Edge edge) {
        return Map.of("/add", new Json(edge, WriteKind.ADD), "/upsert", new Json(edge, WriteKind.UPSERT),
                "/add_records_binary", new Records(edge, WriteKind.ADD, true), "/upsert_records_binary", new Records(edge, WriteKind.UPSERT, true),
                "/add_binary_ids", new Records(edge, WriteKind.ADD, false), "/upsert_binary", new Records(edge, WriteKind.UPSERT, false),
                "/bulk_add_binary", new Bulk(edge));
    }

    private static final class Json extends HotServlet {
        private final WriteKind kind;

        Json(Edge edge, WriteKind kind) {
            super(edge);
            this.kind = kind;
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            JsonReader json = json(request);
            String database = null;
            String collection = null;
            Ids ids = null;
            Vectors vectors = null;
            JsonReader.FieldRows fields = null;
            for (String key; (key = json.nextKey()) != null; ) {
                switch (key) {
                    case "database_name" -> database = json.text();
                    case "collection_name" -> collection = json.text();
                    case "ids" -> ids = json.ids();
                    case "vectors" -> vectors = json.vectors("all vectors in a batch must have the same dimension");
                    case "fields" -> fields = json.fields();
                    default -> json.skip();
                }
            }
            if (database == null) throw json.missing("database_name");
            if (collection == null) throw json.missing("collection_name");
            if (ids == null) throw json.missing("ids");
            if (vectors == null) throw json.missing("vectors");
            var name = new CollectionName(database, collection);
            edge().limits().batch("ids", ids.size());
            if (ids.size() == 0) throw Edge.invalid("ids", "ids cannot be empty");
            if (vectors.count() == 0) throw Edge.invalid("vectors", "vectors cannot be empty");
            if (ids.size() != vectors.count()) throw Edge.invalid("ids", "ids length must match vectors length");
            if (fields != null && fields.count() != vectors.count()) throw Edge.invalid("fields", "fields length must match vectors length");
            Ids written = write(edge(), name, kind, vectors, ids, fields == null ? FieldBlock.NONE : fields.block(), request, deadline);
            Envelope.of(name).with("ids", written).send(response, 64 + 12 * written.size());
        }
    }

    private static final class Records extends HotServlet {
        private final WriteKind kind;
        private final boolean alwaysIds;

        /** @param alwaysIds whether the route has no {@code return_ids} */
        Records(Edge edge, WriteKind kind, boolean alwaysIds) {
            super(edge);
            this.kind = kind;
            this.alwaysIds = alwaysIds;
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            QueryParameters parameters = query(request);
            CollectionName name = parameters.collection();
            int dimension = parameters.natural("dim");
            int count = edge().limits().batch("n_vectors", parameters.natural("n_vectors"));
            boolean returnIds = alwaysIds || parameters.flag("return_ids", true);
            ElementType encoding = BinaryBody.encoding(parameters);
            BinaryBody.Items items = BinaryBody.items(binary(request), count, dimension, encoding, parameters);
            if (count == 0) throw Edge.invalid("ids", "ids cannot be empty");
            Ids written = write(edge(), name, kind, items.vectors(), items.ids(), items.fields(), request, deadline);
            sendIds(response, name, written, returnIds);
        }
    }

    private static final class Bulk extends HotServlet {
        Bulk(Edge edge) {
            super(edge);
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            QueryParameters parameters = query(request);
            CollectionName name = parameters.collection();
            int dimension = parameters.natural("dim");
            int count = edge().limits().batch("n_vectors", parameters.natural("n_vectors"));
            boolean returnIds = parameters.flag("return_ids", false);
            Vectors vectors = BinaryBody.vectors(binary(request), "n_vectors", count, dimension, BinaryBody.encoding(parameters));
            Ids written;
            if (count == 0) {
                edge().databases().describe(name); // nothing to write, yet the collection must be there
                written = Ids.NONE;
            } else {
                requireComponents(vectors);
                written = edge().databases().write(name, new RowBatch(WriteKind.ADD, vectors, null, FieldBlock.NONE),
                        IdempotencyHeader.key(request), BodyFilter.memory(request), deadline);
            }
            sendIds(response, name, written, returnIds);
        }
    }

    private static Ids write(Edge edge, CollectionName name, WriteKind kind, Vectors vectors, Ids ids, FieldBlock fields,
            HttpServletRequest request, Deadline deadline) {
        requireComponents(vectors);
        RowId twice = DuplicateIds.find(ids);
        if (twice != null) {
            String what = kind == WriteKind.ADD ? "duplicate external id " : "duplicate id ";
            throw Edge.invalid("ids", "Invalid argument: " + what + twice + " within the same insert batch");
        }
        return edge.databases().write(name, new RowBatch(kind, vectors, ids, fields), IdempotencyHeader.key(request), BodyFilter.memory(request), deadline);
    }

    private static void requireComponents(Vectors vectors) {
        if (vectors.dimension() == 0) throw Edge.invalid("vectors", "Invalid argument: vectors must have at least one component");
    }

    private static void sendIds(HttpServletResponse response, CollectionName name, Ids written, boolean returnIds) throws IOException {
        Envelope answer = Envelope.of(name);
        if (returnIds) answer.with("ids", written);
        else answer.with("n_vectors", written.size());
        answer.send(response, 128 + (returnIds ? 12 * written.size() : 0));
    }
}

package io.lynse.http.route;

import io.lynse.http.codec.BinaryAnswer;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.codec.JsonOut;
import io.lynse.http.codec.QueryParameters;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.field.Fields;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Reads of stored rows, tombstoned ones included (wire contract 4.6). */
@Controller
final class ReadController {

    private static final int N_DEFAULT = 5;
    private static final RowSelection ALL = new RowSelection.Head(Integer.MAX_VALUE);

    private final Edge edge;

    ReadController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/query")
    Envelope query(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        boolean idsOnly = body.flag("return_ids_only", false);
        Rows rows = edge.databases().read(name, selection(body), false, !idsOnly, memory, reading, deadline);
        return Envelope.of(name).with("result", idsOnly ? rows.ids() : (JsonOut.Part) out -> records(rows, out));
    }

    @PostMapping("/query_vectors")
    Envelope queryVectors(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        return Envelope.of(name).with("result", triple(edge.databases().read(name, selection(body), true, true, memory, reading, deadline)));
    }

    private RowSelection selection(JsonObject body) {
        body.refuseIfGiven("where", "where filters");
        Ids ids = body.idsOrNull("filter_ids");
        if (ids == null) return ALL;
        edge.limits().batch("filter_ids", ids.size());
        return new RowSelection.ById(ids);
    }

    /** Fields with the public id under {@code id}, which hides a field of that name. */
    private static void records(Rows rows, JsonOut out) {
        out.raw("[");
        for (int row = 0; row < rows.size(); row++) {
            if (row > 0) out.raw(",");
            Fields fields = rows.fields().get(row);
            Map<String, @Nullable Object> record = fields == null ? new LinkedHashMap<>() : fields.toMap();
            record.put("id", rows.ids().get(row));
            out.object(record);
        }
        out.raw("]");
    }

    /** Vectors, ids and fields, all of one length. */
    private static List<Object> triple(Rows rows) {
        return List.of(rows.vectors(), rows.ids(), (JsonOut.Part) out -> out.fields(rows.fields(), rows.size()));
    }

    @PostMapping("/read_by_only_id")
    Envelope readById(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        body.require("id");
        var selection = new RowSelection.ById(namedIds(body));
        return Envelope.of(name).with("item", triple(edge.databases().read(name, selection, true, true, memory, reading, deadline)));
    }

    /** One id, or a list of them. */
    private Ids namedIds(JsonObject body) {
        Object given = body.raw("id");
        if (given instanceof List<?>) {
            Ids ids = body.ids("id");
            edge.limits().batch("ids", ids.size());
            return ids;
        }
        RowId id = JsonObject.id(given);
        if (id != null) return Ids.of(List.of(id));
        throw Edge.invalid("id", given instanceof Number ? "Invalid argument: id must be a non-negative integer or string"
                : "Invalid argument: id must be a string/int ID or a list of string/int IDs");
    }

    @PostMapping("/head")
    Envelope head(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        var selection = new RowSelection.Head(edge.limits().topK("n", body.natural("n", N_DEFAULT)));
        return Envelope.of(name).with("head", triple(edge.databases().read(name, selection, true, true, memory, reading, deadline)));
    }

    @PostMapping("/tail")
    Envelope tail(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        var selection = new RowSelection.Tail(edge.limits().topK("n", body.natural("n", N_DEFAULT)));
        return Envelope.of(name).with("tail", triple(edge.databases().read(name, selection, true, true, memory, reading, deadline)));
    }

    @GetMapping("/head_binary")
    void headBinary(QueryParameters parameters, RequestMemory memory, Reading reading, Deadline deadline, HttpServletResponse response) throws IOException {
        CollectionName name = parameters.collection();
        var selection = new RowSelection.Head(edge.limits().topK("n", parameters.natural("n", N_DEFAULT)));
        Rows rows = edge.databases().read(name, selection, true, true, memory, reading, deadline);
        ReadOptions.tell(reading, response);
        BinaryAnswer.rows(rows, HotServlet.binaryOut(response, 64 + rows.size() * rows.vectors().rowBytes())).finish(response);
    }

    @GetMapping("/tail_binary")
    void tailBinary(QueryParameters parameters, RequestMemory memory, Reading reading, Deadline deadline, HttpServletResponse response) throws IOException {
        CollectionName name = parameters.collection();
        var selection = new RowSelection.Tail(edge.limits().topK("n", parameters.natural("n", N_DEFAULT)));
        Rows rows = edge.databases().read(name, selection, true, true, memory, reading, deadline);
        ReadOptions.tell(reading, response);
        BinaryAnswer.rows(rows, HotServlet.binaryOut(response, 64 + rows.size() * rows.vectors().rowBytes())).finish(response);
    }
}

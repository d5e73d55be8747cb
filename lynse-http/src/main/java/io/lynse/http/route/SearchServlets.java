package io.lynse.http.route;

import io.lynse.http.Databases.BatchAnswer;
import io.lynse.http.Databases.SearchAnswer;
import io.lynse.http.codec.BinaryAnswer;
import io.lynse.http.codec.BinaryBody;
import io.lynse.http.codec.JsonOut;
import io.lynse.http.codec.JsonReader;
import io.lynse.http.codec.QueryParameters;
import io.lynse.http.limit.BodyFilter;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.Vectors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;

/** Vector search, one query or many, JSON or binary (wire contract 4.5, 5.2, 5.3). */
final class SearchServlets {

    private static final String MIXED = "all batch query vectors must have the same dimension";

    private SearchServlets() {}

    static Map<String, HotServlet> all(Edge edge) {
        return Map.of("/search", new Search(edge), "/search_binary", new SearchBinary(edge),
                "/batch_search", new Batch(edge), "/batch_search_binary", new BatchBinary(edge));
    }

    private static final class Search extends HotServlet {
        Search(Edge edge) {
            super(edge);
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            var search = SearchRequest.read(json(request), query(request), edge().limits());
            SearchAnswer found = run(edge(), "/search", search, request, response, deadline);
            Hits hits = Rounding.apply(edge().databases(), search.name(), found.hits(), search.rounding());
            JsonOut out = start(response, search.name(), 256 + 32 * hits.size()).raw(",\"items\":{\"fields\":");
            fields(out, hits, search.query().options()).raw(",\"ids\":").ids(hits.ids()).raw(",\"k\":").number(search.query().options().k());
            out.raw(",\"scores\":").floats(hits.scores()).raw(",\"vector_field\":\"default\"}}}").finish(response);
        }
    }

    private static final class SearchBinary extends HotServlet {
        SearchBinary(Edge edge) {
            super(edge);
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            QueryParameters parameters = query(request);
            var search = SearchRequest.read(parameters, binary(request), edge().limits());
            SearchAnswer found = run(edge(), "/search_binary", search, request, response, deadline);
            if (found.holdsTextIds()) BinaryAnswer.refuseTextIds();
            Hits hits = Rounding.apply(edge().databases(), search.name(), found.hits(), search.rounding());
            BinaryAnswer.hits(hits, search.query().options().withFields(), binaryOut(response, 64 + 12 * hits.size())).finish(response);
        }
    }

    private static final class Batch extends HotServlet {
        Batch(Edge edge) {
            super(edge);
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            JsonReader json = json(request);
            String database = null;
            String collection = null;
            Vectors queries = null;
            int k = SearchRequest.K_DEFAULT;
            int beam = SearchRequest.BEAM_DEFAULT;
            boolean withFields = false;
            String consistency = null;
            String from = null;
            for (String key; (key = json.nextKey()) != null; ) {
                switch (key) {
                    case "database_name" -> database = json.text();
                    case "collection_name" -> collection = json.text();
                    case "vectors" -> queries = json.vectors(MIXED);
                    case "k" -> k = json.natural(SearchRequest.K_DEFAULT);
                    case "nprobe" -> beam = json.natural(SearchRequest.BEAM_DEFAULT);
                    case "return_fields" -> withFields = json.flag(false);
                    case "where" -> SearchRequest.refuseWhere(json.textOrNull());
                    case ReadOptions.CONSISTENCY -> consistency = json.textOrNull();
                    case ReadOptions.READ_FROM -> from = json.textOrNull();
                    default -> json.skip();
                }
            }
            if (database == null) throw json.missing("database_name");
            if (collection == null) throw json.missing("collection_name");
            if (queries == null) throw json.missing("vectors");
            edge().limits().batch("queries", queries.count());
            var name = new CollectionName(database, collection);
            var options = new Query.Options(edge().limits().topK("k", k), withFields, beam);
            Reading reading = ReadOptions.of(query(request), consistency, from);
            BatchAnswer found = run(edge(), "/batch_search", name, queries, options, request, reading, deadline);
            ReadOptions.tell(reading, response);
            results(response, name, found, options).finish(response);
        }

        private static JsonOut results(HttpServletResponse response, CollectionName name, BatchAnswer found, Query.Options options) throws IOException {
            JsonOut out = start(response, name, 256 + found.results().size() * 64).raw(",\"results\":[");
            String before = "";
            for (Hits hits : found.results()) {
                fields(out.raw(before).raw("{\"fields\":"), hits, options).raw(",\"ids\":").ids(hits.ids())
                        .raw(",\"scores\":").floats(hits.scores()).raw("}");
                before = ",";
            }
            return out.raw("]}}");
        }
    }

    private static final class BatchBinary extends HotServlet {
        BatchBinary(Edge edge) {
            super(edge);
        }

        @Override
        void answer(HttpServletRequest request, HttpServletResponse response, Deadline deadline) throws IOException {
            QueryParameters parameters = query(request);
            CollectionName name = parameters.collection();
            int dimension = parameters.natural("dim");
            int count = edge().limits().batch("n_queries", parameters.natural("n_queries"));
            Query.Options options = SearchRequest.options(parameters, edge().limits());
            ByteBuffer body = binary(request);
            Vectors queries = BinaryBody.widened(BinaryBody.vectors(body, "n_queries", count, dimension, BinaryBody.encoding(parameters)),
                    BodyFilter.memory(request));
            Reading reading = ReadOptions.of(parameters, null, null);
            BatchAnswer found = run(edge(), "/batch_search_binary", name, queries, options, request, reading, deadline);
            ReadOptions.tell(reading, response);
            if (found.holdsTextIds()) BinaryAnswer.refuseTextIds();
            BinaryAnswer.batch(found.results(), options.withFields(), binaryOut(response, 64 + 8 * count)).finish(response);
        }
    }

    private static SearchAnswer run(Edge edge, String route, SearchRequest search, HttpServletRequest request, HttpServletResponse response,
            Deadline deadline) {
        SearchAnswer found = edge.timed(route, search.name(), search.query().options().k(),
                () -> edge.databases().search(search.name(), search.query(), BodyFilter.memory(request), search.reading(), deadline));
        ReadOptions.tell(search.reading(), response);
        return found;
    }

    private static BatchAnswer run(Edge edge, String route, CollectionName name, Vectors queries, Query.Options options,
            HttpServletRequest request, Reading reading, Deadline deadline) {
        if (queries.count() == 0) {
            edge.databases().describe(name); // a collection that is not there is an error even so
            return new BatchAnswer(new ArrayList<>(), false);
        }
        return edge.timed(route, name, options.k(), () -> edge.databases().batchSearch(name, queries, options, BodyFilter.memory(request), reading, deadline));
    }

    private static JsonOut start(HttpServletResponse response, CollectionName name, int expected) throws IOException {
        return HotServlet.jsonOut(response, expected).raw("{\"status\":\"success\",\"params\":{\"collection_name\":").string(name.collection())
                .raw(",\"database_name\":").string(name.database());
    }

    private static JsonOut fields(JsonOut out, Hits hits, Query.Options options) {
        return options.withFields() ? out.fields(hits.fields(), hits.size()) : out.raw("[]");
    }
}

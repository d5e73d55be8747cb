package io.lynse.http.route;

import io.lynse.http.codec.BinaryBody;
import io.lynse.http.codec.JsonReader;
import io.lynse.http.codec.QueryParameters;
import io.lynse.http.limit.Limits;
import io.lynse.model.CollectionName;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One vector search, however it was sent (wire contract 4.5).
 *
 * @param rounding distance that scores are rounded to a multiple of; 0: not
 */
record SearchRequest(CollectionName name, Query query, double rounding, Reading reading) {

    static final int K_DEFAULT = 10;
    static final int BEAM_DEFAULT = 10;
    private static final double EPS_DEFAULT = 1e-4;

    static SearchRequest read(JsonReader json, QueryParameters parameters, Limits limits) {
        String database = null;
        String collection = null;
        float[] vector = null;
        int k = K_DEFAULT;
        int beam = BEAM_DEFAULT;
        boolean withFields = false;
        boolean approx = false;
        double eps = EPS_DEFAULT;
        String consistency = null;
        String from = null;
        for (String key; (key = json.nextKey()) != null; ) {
            switch (key) {
                case "database_name" -> database = json.text();
                case "collection_name" -> collection = json.text();
                case "vector" -> vector = json.vector();
                case "k" -> k = json.natural(K_DEFAULT);
                case "nprobe" -> beam = json.natural(BEAM_DEFAULT);
                case "return_fields" -> withFields = json.flag(false);
                case "approx" -> approx = json.flag(false);
                case "eps" -> eps = json.real();
                case "where" -> refuseWhere(json.textOrNull());
                case "vector_field" -> refuseField(json.textOrNull());
                case ReadOptions.CONSISTENCY -> consistency = json.textOrNull();
                case ReadOptions.READ_FROM -> from = json.textOrNull();
                default -> json.skip();
            }
        }
        if (database == null) throw json.missing("database_name");
        if (collection == null) throw json.missing("collection_name");
        if (vector == null) throw json.missing("vector");
        var options = new Query.Options(limits.topK("k", k), withFields, beam);
        Reading reading = ReadOptions.of(parameters, consistency, from);
        return new SearchRequest(new CollectionName(database, collection), new Query(vector, options), rounding(approx, eps), reading);
    }

    static SearchRequest read(QueryParameters parameters, ByteBuffer body, Limits limits) {
        CollectionName name = parameters.collection();
        int dimension = parameters.natural("dim");
        Query.Options options = options(parameters, limits);
        refuseField(parameters.textOrNull("vector_field"));
        double rounding = rounding(parameters.flag("approx", false), parameters.real("eps", EPS_DEFAULT));
        float[] vector = BinaryBody.vectors(body, "dim", 1, dimension, BinaryBody.encoding(parameters)).row(0);
        return new SearchRequest(name, new Query(vector, options), rounding, ReadOptions.of(parameters, null, null));
    }

    /** What single and batch search have in common. */
    static Query.Options options(QueryParameters parameters, Limits limits) {
        refuseWhere(parameters.textOrNull("where"));
        return new Query.Options(limits.topK("k", parameters.natural("k", K_DEFAULT)),
                parameters.flag("return_fields", false), parameters.natural("nprobe", BEAM_DEFAULT));
    }

    static void refuseWhere(@Nullable String where) {
        if (where != null) throw Edge.unsupported("where filters");
    }

    /** No field but the main vector exists yet. */
    static void refuseField(@Nullable String field) {
        if (field == null || field.equals("default")) return;
        throw Edge.invalid("vector_field", "Invalid argument: vector field '" + field + "' does not exist (not supported yet: named vector fields)");
    }

    private static double rounding(boolean approx, double eps) {
        return approx && Double.isFinite(eps) && eps > 0 ? eps : 0;
    }
}

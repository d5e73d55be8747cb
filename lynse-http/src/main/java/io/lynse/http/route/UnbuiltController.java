package io.lynse.http.route;

import io.lynse.error.LynseError;
import io.lynse.http.error.HttpErrors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Documented endpoints whose feature is not built yet: a 400 that names it. Each leaves this list when it is. */
@Controller
final class UnbuiltController {

    @PostMapping({"/bm25_search", "/text_search"})
    void text(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "text search");
    }

    @PostMapping({"/sparse_search", "/add_sparse_vectors"})
    void sparse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "sparse vectors");
    }

    @PostMapping("/hybrid_search")
    void hybrid(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "hybrid search");
    }

    @PostMapping({"/create_vector_field", "/add_named_vectors", "/build_vector_field_index", "/remove_vector_field_index"})
    void vectorFields(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "named vector fields");
    }

    @PostMapping({"/snapshot_database", "/restore_database", "/snapshot_collection", "/restore_collection"})
    void snapshots(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "snapshots");
    }

    @PostMapping({"/export_collection", "/import_collection"})
    void exports(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "export and import");
    }

    @PostMapping({"/write_blob", "/delete_blob"})
    void writeBlob(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "blobs");
    }

    @GetMapping("/read_blob")
    void readBlob(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response, "blobs");
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, String feature) throws IOException {
        HttpErrors.error(request, response, new LynseError.Unsupported(feature));
    }
}

package io.lynse.http.app;

import io.lynse.http.app.ServiceFace.Readiness;
import io.lynse.http.codec.JsonOut;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The open paths: who answers here, is it alive, is it ready (wire contract 2.1, 10.1). */
@Controller
final class ServiceController {

    private final ServiceFace face;

    ServiceController(ServiceFace face) {
        this.face = face;
    }

    @GetMapping("/")
    void root(HttpServletResponse response) throws IOException {
        send(response, 200, face.root());
    }

    @GetMapping({"/healthz", "/health"})
    void health(HttpServletResponse response) throws IOException {
        send(response, 200, face.health());
    }

    @GetMapping("/readyz")
    void ready(HttpServletResponse response) throws IOException {
        Readiness readiness = face.readiness();
        send(response, readiness.ready() ? 200 : 503, readiness.body());
    }

    private static void send(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        JsonOut json = new JsonOut(128).object(new TreeMap<>(body));
        response.setStatus(status);
        response.setContentType("application/json");
        json.finish(response);
    }
}

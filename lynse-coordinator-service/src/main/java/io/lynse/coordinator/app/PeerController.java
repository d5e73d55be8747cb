package io.lynse.coordinator.app;

import io.lynse.coordinator.health.Heartbeat;
import io.lynse.coordinator.peer.CoordinatorKeys;
import io.lynse.coordinator.peer.HttpPeers;
import io.lynse.coordinator.peer.PeerJson;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where a coordinator hears the others. Answers 204; what came is looked at later. */
@RestController
final class PeerController {

    /** The longest message names the members of one group. */
    private static final int BODY_MAX = 64 * 1024;

    private final Heartbeat heartbeat;
    private final CoordinatorKeys keys;

    PeerController(Heartbeat heartbeat, CoordinatorKeys keys) {
        this.heartbeat = heartbeat;
        this.keys = keys;
    }

    @PostMapping(HttpPeers.PATH)
    void hear(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!keys.proves(request.getHeader(CoordinatorKeys.HEADER))) throw new LynseException(new LynseError.Unauthorized("only coordinators of this cluster are heard here"));
        byte[] body = request.getInputStream().readNBytes(BODY_MAX + 1);
        if (body.length > BODY_MAX) throw new LynseException(new LynseError.PayloadTooLarge(body.length, BODY_MAX));
        heartbeat.hear(PeerJson.message(body));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}

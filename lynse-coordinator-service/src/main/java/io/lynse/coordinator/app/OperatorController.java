package io.lynse.coordinator.app;

import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.owners.OwnersStatus;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.codec.JsonObject;
import io.lynse.http.route.Envelope;
import io.lynse.model.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** What an operator asks of the cluster: {@code POST /cluster/<verb>}. Each that changed something is in the log as audit, whatever the settings. */
@Controller
final class OperatorController {

    private static final Logger log = LoggerFactory.getLogger(OperatorController.class);

    private final OwnerKeeper owners;

    OperatorController(OwnerKeeper owners) {
        this.owners = owners;
    }

    /** {@code owners}: addresses of shard nodes, one, or three and more. Answered when they keep the metadata. */
    @PostMapping("/cluster/change-owners")
    Envelope changeOwners(JsonObject body, Deadline deadline) {
        List<NodeAddress> wanted = addresses("owners", body.texts("owners"));
        OwnersStatus now = owners.change(wanted, deadline);
        log.atInfo().addKeyValue("action", "change_owners").addKeyValue("owners", wanted).log("audit");
        return Envelope.of().with("owners", now.owners().stream().map(OwnersStatus.Seen::uri).toList());
    }

    private static List<NodeAddress> addresses(String field, List<String> texts) {
        var addresses = new ArrayList<NodeAddress>();
        for (String text : texts) addresses.add(address(field + "[" + addresses.size() + "]", text));
        return addresses;
    }

    private static NodeAddress address(String field, String text) {
        try {
            return NodeAddress.parse(text);
        } catch (IllegalArgumentException none) {
            throw new LynseException(LynseError.invalid(field, field + ": " + none.getMessage()), none);
        }
    }
}

package io.lynse.coordinator.app;

import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.health.Heartbeat;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.peer.CoordinatorKeys;
import io.lynse.coordinator.peer.HttpPeers;
import io.lynse.http.app.HttpApi;
import io.lynse.http.app.HttpApiSettings;
import io.lynse.metadata.LeaseImage;
import java.util.UUID;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This coordinator among the others: who leads, and what they tell each other. */
@Configuration(proxyBeanMethods = false)
class Coordination {

    @Bean(initMethod = "start")
    LeaseKeeper leaseKeeper(MetadataAuthority authority, StateFile cache, CoordinatorSettings settings) {
        var self = new LeaseImage.Holder(settings.coordinatorId(), UUID.randomUUID().toString());
        LeaseImage.Holder predecessor = cache.takenBy(self.incarnation()).map(before -> new LeaseImage.Holder(settings.coordinatorId(), before)).orElse(null);
        return new LeaseKeeper(authority, self, predecessor, settings.coordinatorUri(), LeaseCore.Settings.of(settings.lease()));
    }

    @Bean
    LeaseReturn leaseReturn(LeaseKeeper lease) {
        return new LeaseReturn(lease);
    }

    @Bean
    CoordinatorKeys coordinatorKeys(CoordinatorSettings settings, HttpApiSettings http) {
        return new CoordinatorKeys(http.apiKey(), settings.shardApiKey());
    }

    @Bean
    HttpPeers peers(CoordinatorSettings settings, LeaseKeeper lease, CoordinatorKeys keys) {
        return new HttpPeers(settings.coordinatorUri(), lease::status, keys);
    }

    @Bean
    PeerController peerController(Heartbeat heartbeat, CoordinatorKeys keys) {
        return new PeerController(heartbeat, keys);
    }

    /** Behind those of the API: nobody's request is sent on before its key and size were looked at here. */
    @Bean
    FilterRegistrationBean<ForwardFilter> forwardFilter(LeaseKeeper lease, MetadataAuthority authority, CoordinatorSettings settings, HttpApiSettings http) {
        var registration = new FilterRegistrationBean<>(new ForwardFilter(lease, authority, settings.coordinatorUri(), http.requestTimeout()));
        registration.setOrder(HttpApi.FILTERS_END);
        registration.addUrlPatterns("/*");
        return registration;
    }

    @Bean
    LedCommands ledCommands(MetadataAuthority authority, LeaseKeeper lease) {
        return new LedCommands(authority, lease);
    }
}

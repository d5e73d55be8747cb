package io.lynse.shard.app;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param dataDir where everything the node keeps lies; made when it does not exist */
@ConfigurationProperties("lynse")
public record ShardSettings(@DefaultValue(".") Path dataDir) {}

package io.lynse.http.auth;

import io.lynse.error.LynseError;
import io.lynse.http.error.HttpErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who sends the key, as a bearer token or as the password of HTTP Basic (wire contract 2.4). Paths are compared as they
 * were sent, so no encoding of another path can pass for an open one.
 */
public final class ApiKeyFilter implements Filter {

    private static final Set<String> OPEN = Set.of("/", "/healthz", "/health", "/readyz");
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final byte[] key;

    public ApiKeyFilter(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        if (OPEN.contains(http.getRequestURI()) || proves(http.getHeader("Authorization"))) {
            chain.doFilter(request, response);
        } else {
            HttpErrors.error(http, (HttpServletResponse) response, new LynseError.Unauthorized("Unauthorized"));
        }
    }

    private boolean proves(@Nullable String authorization) {
        if (authorization == null) return false;
        if (authorization.startsWith(BEARER)) return isKey(authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
        if (!authorization.startsWith(BASIC)) return false;
        try {
            String credentials = new String(Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip()), StandardCharsets.UTF_8);
            int colon = credentials.indexOf(':');
            return colon >= 0 && isKey(credentials.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** Takes as long for a near miss as for a far one. */
    private boolean isKey(byte[] given) {
        return MessageDigest.isEqual(given, key);
    }
}

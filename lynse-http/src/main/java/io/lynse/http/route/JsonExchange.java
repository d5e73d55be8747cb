package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.http.codec.QueryParameters;
import io.lynse.http.limit.BodyFilter;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Deadline;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Reading;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * How controllers take and give: a {@link JsonObject}, {@link QueryParameters}, {@link Deadline}, the request's {@link RequestMemory} or
 * {@link IdempotencyKey}, or its {@link Reading} (behind the body, which may hold it) as argument, an {@link Envelope}
 * as answer. So all routes, hot or not, read with one parser, print with one printer and refuse in the same words.
 */
final class JsonExchange implements HandlerMethodArgumentResolver, HandlerMethodReturnValueHandler {

    private final Edge edge;

    JsonExchange(Edge edge) {
        this.edge = edge;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return type == JsonObject.class || type == QueryParameters.class || type == Deadline.class || type == RequestMemory.class
                || type == IdempotencyKey.class || type == Reading.class;
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer model, NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) throws IOException {
        Class<?> type = parameter.getParameterType();
        if (type == Deadline.class) return edge.deadline();
        HttpServletRequest request = request(web);
        if (type == IdempotencyKey.class) return IdempotencyHeader.key(request);
        if (type == RequestMemory.class) return BodyFilter.memory(request);
        if (type == QueryParameters.class) return new QueryParameters(request.getQueryString());
        if (type == Reading.class) return kept(request, ReadOptions.of(request, (JsonObject) request.getAttribute(JsonObject.class.getName())));
        HotServlet.requireJson(request.getContentType());
        return kept(request, JsonObject.read(request.getInputStream(), request.getContentLengthLong(), BodyFilter.memory(request)));
    }

    /** For the arguments behind this one, and for the answer. */
    private static <T> T kept(HttpServletRequest request, T argument) {
        request.setAttribute(argument.getClass().getName(), argument);
        return argument;
    }

    @Override
    public boolean supportsReturnType(MethodParameter type) {
        return type.getParameterType() == Envelope.class;
    }

    @Override
    public void handleReturnValue(@Nullable Object value, MethodParameter type, ModelAndViewContainer model, NativeWebRequest web) throws IOException {
        if (!(value instanceof Envelope answer)) throw new IllegalStateException(type.getMethod() + " answered nothing");
        model.setRequestHandled(true);
        HttpServletResponse response = web.getNativeResponse(HttpServletResponse.class);
        if (response == null) throw new IllegalStateException("no servlet response");
        if (request(web).getAttribute(Reading.class.getName()) instanceof Reading reading) ReadOptions.tell(reading, response);
        answer.send(response, 512);
    }

    private static HttpServletRequest request(NativeWebRequest web) {
        HttpServletRequest request = web.getNativeRequest(HttpServletRequest.class);
        if (request == null) throw new IllegalStateException("no servlet request");
        return request;
    }
}

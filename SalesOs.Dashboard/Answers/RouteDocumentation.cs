namespace SalesOs.Dashboard.Answers;

/// <summary>A body that a route takes.</summary>
public sealed record TakenBody(Type Type, bool Required);

/// <summary>What a route reads from its query or its headers.</summary>
/// <param name="Type">A text, a number, a time, a UUID, a bool or an enum, whose members are written in snake_case.</param>
/// <param name="Choices">Of a text, all that it may be; empty: any.</param>
public sealed record TakenParameter(string Name, bool InHeader, Type Type, string Description, IReadOnlyList<string> Choices);

/// <summary>One way in which a route answers when all is well.</summary>
/// <param name="Envelope">The type of the whole body; null when there is none.</param>
/// <param name="Headers">Those that this answer alone carries.</param>
public sealed record GivenAnswer(int Status, Type? Envelope, IReadOnlyList<string> Headers);

/// <summary>A file as the answer, in one of some media types.</summary>
public sealed record GivenFile(IReadOnlyList<string> MediaTypes, IReadOnlyList<string> Headers);

/// <summary>The refusals that a route has beside those that every route has.</summary>
public sealed record GivenErrors(IReadOnlyList<ErrorCode> Codes);

/// <summary>What the OpenAPI document tells of a route. It changes nothing about how the route works: bodies and queries are read by the handlers.</summary>
public static class RouteDocumentation
{
    /// <param name="required">False: the body may be left out.</param>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route, bool required = true) => route.WithMetadata(new TakenBody(typeof(T), required));

    public static RouteHandlerBuilder Asks<T>(this RouteHandlerBuilder route, string name, string description, params IReadOnlyList<string> choices) =>
        route.WithMetadata(new TakenParameter(name, InHeader: false, typeof(T), description, choices));

    public static RouteHandlerBuilder AsksHeader(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new TakenParameter(name, InHeader: true, typeof(string), description, []));

    public static RouteHandlerBuilder AsksForPage(this RouteHandlerBuilder route) => route
        .Asks<int>("page", "From 1.")
        .Asks<int>("per_page", $"1–{QueryParameters.MaxPerPage}; {QueryParameters.DefaultPerPage} when it is not given.");

    /// <summary><c>sort</c> by a member of <typeparamref name="T"/>, with <c>-</c> in front for descending.</summary>
    public static RouteHandlerBuilder AsksForSort<T>(this RouteHandlerBuilder route)
        where T : struct, Enum
    {
        var fields = Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName).ToList();
        return route.Asks<string>("sort", "A field, with - in front for descending.", [.. fields, .. fields.Select(field => "-" + field)]);
    }

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK, params IReadOnlyList<string> headers) =>
        Gives(route, status, typeof(DataEnvelope<T>), headers);

    public static RouteHandlerBuilder GivesList<T>(this RouteHandlerBuilder route) => Gives(route, StatusCodes.Status200OK, typeof(ListEnvelope<T>), []);

    public static RouteHandlerBuilder GivesNothing(this RouteHandlerBuilder route) => route.WithMetadata(
        new GivenAnswer(StatusCodes.Status204NoContent, Envelope: null, []), new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

    /// <summary>A file, with its name in <c>Content-Disposition</c>.</summary>
    public static RouteHandlerBuilder GivesFile(this RouteHandlerBuilder route, IReadOnlyList<string> mediaTypes, params IReadOnlyList<string> headers) =>
        route.WithMetadata(new GivenFile(mediaTypes, headers), new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [.. mediaTypes]));

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params IReadOnlyList<ErrorCode> codes) => route.WithMetadata(new GivenErrors(codes));

    /// <summary>The type stands in the standard's metadata as well, from which the document's writer makes the schema.</summary>
    private static RouteHandlerBuilder Gives(RouteHandlerBuilder route, int status, Type envelope, IReadOnlyList<string> headers) =>
        route.WithMetadata(new GivenAnswer(status, envelope, headers), new ProducesResponseTypeMetadata(status, envelope, ["application/json"]));
}

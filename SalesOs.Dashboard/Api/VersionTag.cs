using System.Globalization;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Api;

/// <summary>A key's version as its <c>ETag</c>. It guards edits; it is no validator of caches, since usage changes the answer and not the tag.</summary>
internal static class VersionTag
{
    /// <summary>A version that no key has.</summary>
    private const int None = 0;

    public static string Of(ApiKeyView key) => string.Create(CultureInfo.InvariantCulture, $"\"{key.Version}\"");

    /// <summary>Reads <c>If-Match</c>.</summary>
    /// <param name="version">The version that it asks for; null when it was not sent or is <c>*</c>. A tag that this server does not give fits no key.</param>
    /// <returns>The 400 for what is not one entity tag.</returns>
    public static Problem? Condition(HttpRequest request, out int? version)
    {
        version = null;
        var sent = request.Headers.IfMatch;
        if (sent.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(sent, out var tags) || tags is not [var tag])
        {
            return Problem.Invalid([new FieldFault(HeaderNames.IfMatch, "must be one entity tag as ETag gave it, such as \"3\", or *")]);
        }

        if (!tag.Equals(EntityTagHeaderValue.Any))
        {
            version = !tag.IsWeak && int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : None;
        }

        return null;
    }
}

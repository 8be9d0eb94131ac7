using System.Globalization;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Api;

/// <summary>A key's version, or the policy's, as its <c>ETag</c>. It guards edits; it is no validator of caches, since usage changes the answer and not the tag.</summary>
internal static class VersionTag
{
    public static string Of(ApiKeyView key) => Of(key.Version);

    /// <summary>
    /// Reads <c>If-Match</c> (RFC 9110 13.1.1): one tag or several, or <c>*</c>. Tags are texts: one that this server does not give, such as <c>"04"</c>, fits no key.
    /// </summary>
    /// <remarks>
    /// Against the RFC's letter <c>W/</c> is not heeded. A proxy that compresses an answer marks the tag so (nginx does), and a client can send back only what it got.
    /// Nothing is lost: each edit makes a new version, so two equal tags always stand for the same settings.
    /// </remarks>
    /// <returns>The versions that the key may have, null when it may have any; <c>Invalid</c> for what is no list of entity tags.</returns>
    public static Result<IReadOnlyList<int>?> ConditionOf(HttpRequest request)
    {
        var sent = request.Headers.IfMatch;
        if (sent.Count == 0)
        {
            return default;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(sent, out var tags) || (tags.Count > 1 && tags.Contains(EntityTagHeaderValue.Any)))
        {
            return Error.Invalid([new FieldFault(HeaderNames.IfMatch, "must be entity tags as ETag gave them, such as \"3\", with commas between them, or *")]);
        }

        return tags is [var only] && only.Equals(EntityTagHeaderValue.Any)
            ? default
            : Result<IReadOnlyList<int>?>.Of([.. tags.Select(tag => VersionOf(tag.Tag.AsSpan())).OfType<int>()]);
    }

    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static int? VersionOf(ReadOnlySpan<char> tag) =>
        int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && tag.SequenceEqual(Of(version)) ? version : null;
}

using System.Security.Claims;
using System.Text.Json;

namespace SalesOs.Dashboard.Access;

/// <summary>Reads a claim by the name that a setting gives it, such as <c>roles</c> or <c>realm_access.roles</c>.</summary>
public static class ClaimPath
{
    /// <summary>
    /// The texts and numbers found there: one for a single value, several for an array, none when it is absent.
    /// A claim of exactly that name wins (names may hold dots, as <c>https://acme.test/roles</c> does); otherwise dots reach into JSON objects.
    /// A single text is one value, spaces and all, as a role's name may have them.
    /// </summary>
    public static IReadOnlyList<string> Values(ClaimsPrincipal principal, string path)
    {
        var values = new List<string>();
        foreach (var claim in principal.FindAll(path))
        {
            if (Structure(claim.Value) is { } json)
            {
                Take(json, values);
            }
            else
            {
                values.Add(claim.Value);
            }
        }

        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (values.Count > 0 || dot < 0)
        {
            return values;
        }

        foreach (var claim in principal.FindAll(path[..dot]))
        {
            if (Structure(claim.Value) is { } json)
            {
                Descend(json, path[(dot + 1)..], values);
            }
        }

        return values;
    }

    private static void Descend(JsonElement element, string path, List<string> values)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (element.TryGetProperty(path, out var found))
        {
            Take(found, values);
            return;
        }

        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && element.TryGetProperty(path[..dot], out var inner))
        {
            Descend(inner, path[(dot + 1)..], values);
        }
    }

    private static void Take(JsonElement element, List<string> values)
    {
        if (element.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            values.Add(element.ToString());
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray().Where(i => i.ValueKind is JsonValueKind.String or JsonValueKind.Number))
            {
                values.Add(item.ToString());
            }
        }
    }

    /// <summary>Token handlers keep a nested object as a claim whose value is its JSON text.</summary>
    private static JsonElement? Structure(string value)
    {
        if (value.Length == 0 || value[0] is not ('{' or '['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

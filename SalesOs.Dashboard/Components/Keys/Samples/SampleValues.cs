using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>What samples are filled with beside their call. A secret or a token is never among it: samples read them from the environment, so that they land in no file that is shared.</summary>
/// <param name="Words">For the comments, and for what is to be set first. Those texts have no quotes, apostrophes, backslashes and braces.</param>
/// <param name="Host">Where the reader would send calls, without a slash at the end.</param>
/// <param name="ApiKey">Null: samples read it from the environment too.</param>
/// <param name="KeyHint">Where the key is known only in part: how it looks, as a comment.</param>
public sealed record SampleValues(Words<SampleTexts> Words, string Host, string? ApiKey = null, string? KeyHint = null)
{
    internal string? ValueOf(string name) => name switch
    {
        "host" => Host,
        "apiKey" => ApiKey,
        "keyHint" => KeyHint,
        "targetNote" => Words["TargetNote"],
        "bodyNote" => Words["BodyNote"],
        "setKey" => Words["SetKey", ("variable", EnvFile.KeyName)],
        "setSecret" => Words["SetFirst", ("variable", EnvFile.SecretName)],
        "setToken" => Words["SetToken", ("variable", "SALESOS_TOKEN")],
        "setServiceKey" => Words["SetServiceKey", ("variable", "SALESOS_SERVICE_KEY")],
        "setTenant" => Words["SetTenant", ("variable", "SALESOS_TENANT_ID")],
        _ => null,
    };
}

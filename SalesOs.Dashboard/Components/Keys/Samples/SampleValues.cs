using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>What samples are filled with beside their call. A key's two values are not among it, nor a token: samples read them from the environment, so that no secret lands in a file that is shared, and a rotation changes both values in one place.</summary>
/// <param name="Words">For the comments, and for what is to be set first. Those texts have no quotes, apostrophes, backslashes and braces.</param>
/// <param name="Host">Where the reader would send calls, without a slash at the end.</param>
/// <param name="KeyHint">Which key it is for, such as <c>sk_live_a1b2c3d4…o5p6</c>, as a comment; null where that is not known.</param>
public sealed record SampleValues(Words<SampleTexts> Words, string Host, string? KeyHint = null)
{
    internal string? ValueOf(string name) => name switch
    {
        "host" => Host,
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

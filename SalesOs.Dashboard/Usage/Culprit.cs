namespace SalesOs.Dashboard.Usage;

/// <summary>The usual mistake that explains a refused signature: signing that way gives exactly what was sent.</summary>
public enum Culprit
{
    /// <summary>None of them: another secret, or the request was changed after it was signed.</summary>
    None = 0,

    /// <summary>PATH was signed without its query.</summary>
    QueryLeftOut,

    /// <summary>PATH was signed with its percent-encoding decoded.</summary>
    DecodedPath,

    /// <summary>METHOD was signed in lower case.</summary>
    LowerCaseMethod,

    /// <summary>The body was signed as if it were empty.</summary>
    EmptyBodyDigest,

    /// <summary>The JSON body was signed without its white space, but sent with it.</summary>
    MinifiedBody,

    /// <summary>The next key of the chain was the digest's hex text and not its bytes.</summary>
    HexBetweenSteps,

    /// <summary>TIMESTAMP was sent or signed in milliseconds.</summary>
    MillisecondTimestamp,
}

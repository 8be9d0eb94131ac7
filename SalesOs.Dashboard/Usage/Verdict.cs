namespace SalesOs.Dashboard.Usage;

/// <summary>
/// What became of a signed request: let in, or refused for the first reason in the order of the gate's table. The numbers are stored; they are
/// added to, never changed.
/// </summary>
public enum Verdict : byte
{
    LetIn = 0,
    MalformedRequest = 1,
    EncodedBody = 2,
    MalformedAuthorization = 3,
    OutsideWindow = 4,
    BodyTooLarge = 5,
    UnknownKey = 6,
    BadSignature = 7,
    Revoked = 8,
    Expired = 9,
    AddressNotAllowed = 10,
    MissingScope = 11,
    RateLimited = 12,
    Replayed = 13,
    ReplayMemoryFull = 14,

    /// <summary>Under single use, while it can't be told whether it was accepted before: the memory was lost, or the clock set back.</summary>
    AfterMemoryLoss = 15,

    /// <summary>The bodies of requests that are not yet proven take all the room there is for them.</summary>
    NoRoomForBody = 16,

    /// <summary>What the nodes share could not be asked in time, so nothing is known of the key's state, its hour or the signature.</summary>
    SharedMemoryAway = 17,

    /// <summary>The key is refused for a while, by whoever manages it.</summary>
    Paused = 18,
}

/// <summary>The class of the answer that a request which was let in got from its route.</summary>
public enum AnswerClass : byte
{
    Success = 2,
    ClientError = 4,
    ServerError = 5,
}

/// <summary>One kind of event that is counted: a verdict, or an answer's class. Stored as one small number.</summary>
public static class CountedAs
{
    private const short FirstAnswer = 100;

    public static short Of(Verdict verdict) => (short)verdict;

    public static short Of(AnswerClass answer) => (short)(FirstAnswer + (short)answer);

    /// <summary>Null: <paramref name="counted"/> is a verdict.</summary>
    public static AnswerClass? AnswerOf(short counted) => counted >= FirstAnswer ? (AnswerClass)(counted - FirstAnswer) : null;

    /// <summary>Verdicts that took one from the hour's limit: all that passed check 9, whatever check 10 said.</summary>
    internal static readonly short[] Granted = [Of(Verdict.LetIn), Of(Verdict.Replayed), Of(Verdict.ReplayMemoryFull), Of(Verdict.AfterMemoryLoss)];
}

namespace SalesOs.Dashboard.Cluster;

/// <summary>
/// What Redis runs, each as one atomic step. Every name begins with the generation, so that nothing of a generation before is read again. The first key of each script
/// is the one that says which generation is armed and on which run of the server; the first argument is the node's generation.
/// </summary>
internal static class GateScripts
{
    /// <summary>Answered in place of all else: another generation is armed.</summary>
    public const byte OtherGeneration = (byte)'G';

    /// <summary>Answered in place of all else: the server has started anew or has nothing, so what it holds is not all that it held.</summary>
    public const byte Lost = (byte)'L';

    /// <summary>Bytes before the answers: Redis's time and the latest timestamp that may have been accepted before a loss, both Unix seconds of four bytes.</summary>
    public const int HeaderSize = 8;

    /// <summary>Bytes of a claim in the argument: version, limit, expiry, timestamp, token, kind.</summary>
    public const int ClaimSize = 33;

    /// <summary>Bytes of an answer: what it is, remaining, reset.</summary>
    public const int AnswerSize = 9;

    /// <summary>What a claim asks for, as the script reads it. From <see cref="GiveSignatureBack"/> on nobody waits for an answer.</summary>
    public enum Kind : byte
    {
        Peek = 0,
        Take = 1,
        TakeOnce = 2,

        /// <summary>The signature, if the token is the claim's own.</summary>
        GiveSignatureBack = 3,

        /// <summary>One of the hour, from the minute that stands in the place of the limit.</summary>
        GiveHourBack = 4,
    }

    /// <summary>What the script says of a claim.</summary>
    public enum Answer : byte
    {
        Ok = 0,
        Absent = 1,
        Gone = 2,
        Stale = 3,
        Expired = 4,
        Limited = 5,
        OutsideWindow = 6,
        AfterLoss = 7,
        Seen = 8,
    }

    private const string Begin = """
        local meta = redis.call('HMGET', KEYS[1], 'gen', 'run', 'since', 'armed')
        if not meta[1] then return 'L' end
        if meta[1] ~= ARGV[1] then return 'G' end
        if string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') ~= meta[2] then return 'L' end
        local time = redis.call('TIME')
        local now = tonumber(time[1])
        local minute = math.floor(now / 60)

        """;

    /// <summary>Keys: meta, then version, hour and signature of each claim. Arguments: generation, window, the claims' bytes.</summary>
    public const string Settle = Begin + """
        local window, since, armed = tonumber(ARGV[2]), tonumber(meta[3]), tonumber(meta[4])
        local milliseconds = now * 1000 + math.floor(tonumber(time[2]) / 1000)

        -- The hour as it stands: its current minute, its oldest with anything in it, the sum, the count of the current minute, and whether it is new.
        local function hour(name)
          local h = redis.call('HMGET', name, 'n', 'o', 's', minute)
          local newest = tonumber(h[1])
          if not newest then return minute, minute, 0, 0, true end
          local oldest, sum = tonumber(h[2]), tonumber(h[3])
          if newest == minute then return minute, oldest, sum, tonumber(h[4] or 0), false end
          if newest > minute + 61 then
            -- The clock has jumped back by more than the hour: what was granted counts as granted now.
            redis.call('DEL', name)
            redis.call('HSET', name, 'n', minute, 'o', minute, 's', sum, minute, sum)
            redis.call('PEXPIRE', name, 3720000)
            return minute, minute, sum, sum, false
          end
          -- A clock that jumps back hands out nothing: the newest minute goes on.
          if newest > minute then return newest, oldest, sum, tonumber(redis.call('HGET', name, newest) or 0), false end
          local all, gone = redis.call('HGETALL', name), {}
          oldest = minute
          for i = 1, #all, 2 do
            local m, count = tonumber(all[i]), tonumber(all[i + 1])
            if m and m <= minute - 61 then
              sum = sum - count
              gone[#gone + 1] = all[i]
            elseif m and count > 0 and m < oldest then
              oldest = m
            end
          end
          if #gone > 0 then redis.call('HDEL', name, unpack(gone)) end
          redis.call('HSET', name, 'n', minute, 'o', oldest, 's', sum)
          redis.call('PEXPIRE', name, 3720000)
          return minute, oldest, sum, 0, false
        end

        -- When the sum falls below the limit.
        local function reset(name, oldest, sum, limit)
          if sum == limit then return (oldest + 61) * 60 end
          local all, counts, over = redis.call('HGETALL', name), {}, sum - limit + 1
          for i = 1, #all, 2 do counts[all[i]] = tonumber(all[i + 1]) end
          for m = oldest, oldest + 122 do
            over = over - (counts[string.format('%d', m)] or 0)
            if over <= 0 then return (m + 61) * 60 end
          end
          return (minute + 61) * 60
        end

        local function giveBack(kind, token, from, hourName, once)
          if kind == 3 then
            if redis.call('GET', once) == token then redis.call('DEL', once) end
          elseif tonumber(redis.call('HGET', hourName, from) or 0) > 0 then
            redis.call('HINCRBY', hourName, from, -1)
            redis.call('HINCRBY', hourName, 's', -1)
          end
          return 0, 0, 0
        end

        local function settle(kind, token, version, limit, expires, timestamp, versionName, hourName, once)
          if kind > 2 then return giveBack(kind, token, limit, hourName, once) end
          local known = redis.call('GET', versionName)
          if not known or (now < armed + 3660 and redis.call('EXISTS', hourName) == 0) then return 1, 0, 0 end
          if known == 'x' then return 2, 0, 0 end
          known = tonumber(known)
          if known > version then return 3, 0, 0 end
          if known < version then redis.call('SET', versionName, version) end
          if expires <= milliseconds then return 4, 0, 0 end
          local current, oldest, sum, count, new = hour(hourName)
          if sum >= limit then return 5, 0, reset(hourName, oldest, sum, limit) end
          if kind == 0 then return 0, limit - sum, sum == 0 and now or (oldest + 61) * 60 end
          if sum == 0 then oldest = current end
          redis.call('HSET', hourName, 'n', current, 'o', oldest, 's', sum + 1, current, count + 1)
          if new then redis.call('PEXPIRE', hourName, 3720000) end
          local left, at = limit - sum - 1, (oldest + 61) * 60
          if kind == 2 then
            if math.abs(now - timestamp) > window then return 6, left, at end
            if timestamp <= since then return 7, left, at end
            if not redis.call('SET', once, token, 'NX', 'EX', timestamp + window + 1 - now) and redis.call('GET', once) ~= token then return 8, left, at end
          end
          return 0, left, at
        end

        local claims, at, answers = ARGV[3], 1, { struct.pack('<I4I4', now, since) }
        for i = 2, #KEYS, 3 do
          local version, limit, expires, timestamp, token, kind
          version, limit, expires, timestamp, token, kind, at = struct.unpack('<i4i4ddc8B', claims, at)
          answers[#answers + 1] = struct.pack('<BI4I4', settle(kind, token, version, limit, expires, timestamp, KEYS[i], KEYS[i + 1], KEYS[i + 2]))
        end
        return table.concat(answers)
        """;

    /// <summary>
    /// Puts what the record says where nothing stands. Keys: meta, then version and hour of each key. Arguments: generation, Redis's time at which they were found absent,
    /// then for each key its version or <c>x</c>, and its hour as <c>minute:count,…</c>. What was found absent long ago is not put: it may be of before a deletion.
    /// </summary>
    public const string PutWhereAbsent = Begin + """
        if now - tonumber(ARGV[2]) > 60 then return 'O' end
        for i = 2, #KEYS, 2 do
          redis.call('SET', KEYS[i], ARGV[i + 1], 'NX')
          if ARGV[i + 1] ~= 'x' and redis.call('EXISTS', KEYS[i + 1]) == 0 then
            local sum, oldest = 0, minute
            for m, count in string.gmatch(ARGV[i + 2], '(%d+):(%d+)') do
              m, count = math.min(tonumber(m), minute), tonumber(count)
              if m > minute - 61 and count > 0 then
                sum, oldest = sum + count, math.min(oldest, m)
                redis.call('HINCRBY', KEYS[i + 1], m, count)
              end
            end
            redis.call('HSET', KEYS[i + 1], 'n', minute, 'o', oldest, 's', sum)
            redis.call('PEXPIRE', KEYS[i + 1], 3720000)
          end
        end
        return 'K'
        """;

    /// <summary>
    /// Raises versions, never lowers them. Keys: meta, then the version of each key. Arguments: generation, then for each the version, <c>x</c> (revoked) or <c>d</c>
    /// (deleted: kept until nobody can put a version where it was absent any more).
    /// </summary>
    public const string Fence = Begin + """
        for i = 2, #KEYS do
          local known, fence = redis.call('GET', KEYS[i]), ARGV[i]
          if fence == 'd' then
            redis.call('SET', KEYS[i], 'x', 'PX', 600000)
          elseif fence == 'x' then
            redis.call('SET', KEYS[i], 'x')
          elseif known ~= 'x' and tonumber(known or 0) < tonumber(fence) then
            redis.call('SET', KEYS[i], fence)
          end
        end
        return 'K'
        """;

    /// <summary>
    /// Makes the generation the one that counts, unless it does already or a later one does. Keys: meta. Arguments: generation, and how many seconds ahead of
    /// now a timestamp may lie that was accepted before the loss: the window, or below zero where there was nothing to accept.
    /// </summary>
    public const string Arm = """
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        local meta = redis.call('HMGET', KEYS[1], 'gen', 'run')
        local known, wanted = tonumber(meta[1] or 0), tonumber(ARGV[1])
        if known > wanted then return 'G' end
        if known == wanted then return meta[2] == run and 'K' or 'L' end
        local now = tonumber(redis.call('TIME')[1])
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'gen', ARGV[1], 'run', run, 'since', now + tonumber(ARGV[2]), 'armed', now)
        return 'K'
        """;
}

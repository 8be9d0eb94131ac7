namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>PHP from 7.4, without extensions beyond its own.</summary>
public static class PhpSample
{
    public static string Of(SampleText text) => $$"""
        <?php

        declare(strict_types=1);

        const API_KEY = '{{text.ApiKey}}';
        const BASE_URL = '{{text.BaseAddress}}';
        $secret = (string) getenv('{{EnvFile.SecretName}}');
        if ($secret === '') {
            fwrite(STDERR, "{{text.SetFirst}}\n");
            exit(1);
        }

        function sign(string $secret, string $method, string $target, string $body = ''): string
        {
            $timestamp = (string) time();
            $key = $secret;
            foreach ([API_KEY, $timestamp, $method, $target] as $part) {
                $key = hash_hmac('sha256', $part, $key, true);
            }
            $signature = hash_hmac('sha256', hash('sha256', $body), $key);

            return 'P2S-SIGN-V1 ' . API_KEY . ":$timestamp:$signature";
        }

        $method = 'GET';
        $target = '/v1/whoami'; // {{text.TargetNote}}
        $answer = fopen(BASE_URL . $target, 'r', false, stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Authorization: ' . sign($secret, $method, $target),
            'ignore_errors' => true,
        ]]));
        echo stream_get_contents($answer), "\n";
        exit(strpos(stream_get_meta_data($answer)['wrapper_data'][0], ' 200') ? 0 : 1);
        """;
}

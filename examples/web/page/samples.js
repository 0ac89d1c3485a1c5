// What the editor begins with, by language.

export const SAMPLES = {
  node: `// Counts primes, and keeps what it finds.
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

const isPrime = (n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return n > 1
}

const kept = []
const apart = { detached: true, stdio: 'ignore' }
for (let round = 1; round <= 16; round++) {
  let [n, primes] = [round * 1_000_000, 0]
  for (const end = n + 70_000; n < end; n++) if (isPrime(n)) primes++
  console.log(\`\${primes} primes in the 70000 before \${n}\`)
  kept.push(Buffer.alloc(6 << 20, round))
  if (round % 4 === 0) spawn('sleep', ['60'], apart).unref()
  await delay(100)
}
console.error('this line went to stderr')
`,
  python: `# Moves a walker about, at random.
import random, time

x = y = 0
for step in range(1, 31):
    x += random.choice((-1, 1))
    y += random.choice((-1, 1))
    print(f'{step:2}: {x:+3} {y:+3}', flush=True)
    time.sleep(0.1)
`,
  sh: `# What is there to be seen?
id
echo "pid $$ of"; ls /proc | grep -c '^[0-9]'
ls /home /root /tmp
for n in 5 4 3 2 1; do echo $n; sleep 0.5; done
cat /etc/shadow
`,
}

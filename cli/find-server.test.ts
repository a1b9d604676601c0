import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginPath, writeLogin } from './config.ts';
import { findServer, originOf } from './find-server.ts';

let root: string;
let env: NodeJS.ProcessEnv;
const LOCAL = 'http://127.0.0.1:8787';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trainyard-find-'));
  env = { XDG_CONFIG_HOME: join(root, 'config') };
});
afterEach(() => rm(root, { recursive: true }));

async function makeHome(home: string, url: string, token: string) {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'server.json'), JSON.stringify({ url, pid: 1 }));
  await writeFile(join(home, 'owner.token'), `${token}\n`);
}
const find = (options: { url?: string; token?: string } = {}, from = [join(root, 'work/deep/er')]) =>
  findServer({ ...options, env, from });

describe('findServer', () => {
  it('finds the nearest local server upwards, in each folder in turn', async () => {
    await makeHome(join(root, 'work/.trainyard'), LOCAL, 'near');
    await makeHome(join(root, '.trainyard'), 'http://127.0.0.1:1', 'far');
    await makeHome(join(root, 'project/.trainyard'), 'http://127.0.0.1:2', 'project');
    expect(await find()).toEqual({ url: LOCAL, token: 'near' });
    expect(await find({}, [join(root, 'elsewhere'), join(root, 'project/cli')])).toEqual({
      url: 'http://127.0.0.1:1',
      token: 'far',
    });
    await rm(join(root, '.trainyard'), { recursive: true });
    expect((await find({}, [join(root, 'elsewhere'), join(root, 'project/cli')])).token).toBe('project');
  });

  it('takes TRAINYARD_HOME before any folder', async () => {
    await makeHome(join(root, 'work/.trainyard'), LOCAL, 'near');
    await makeHome(join(root, 'home'), 'http://127.0.0.1:3', 'home');
    env.TRAINYARD_HOME = join(root, 'home');
    expect(await find()).toEqual({ url: 'http://127.0.0.1:3', token: 'home' });
  });

  it('prefers options to the environment, that to the login, and that to a local server', async () => {
    await makeHome(join(root, 'work/.trainyard'), LOCAL, 'near');
    await writeLogin(env, { url: 'https://team.example', token: 'login' });
    expect(await find()).toEqual({ url: 'https://team.example', token: 'login' });
    Object.assign(env, { TRAINYARD_URL: 'https://env.example', TRAINYARD_TOKEN: 'env' });
    expect(await find()).toEqual({ url: 'https://env.example', token: 'env' });
    expect(await find({ url: 'https://flag.example/', token: 'flag' })).toEqual({
      url: 'https://flag.example',
      token: 'flag',
    });
  });

  it('gives a stored token only to the server it belongs to', async () => {
    await makeHome(join(root, 'work/.trainyard'), LOCAL, 'near');
    await writeLogin(env, { url: 'https://team.example', token: 'login' });
    expect((await find({ url: 'https://team.example' })).token).toBe('login');
    expect((await find({ url: LOCAL })).token).toBe('near');
    await expect(find({ url: 'https://other.example' })).rejects.toThrow(
      'no token for https://other.example',
    );
  });

  it('says what to do when there is none', async () => {
    await expect(find()).rejects.toMatchObject({
      message: 'no server found',
      exitCode: 2,
      hint: expect.stringContaining('npm start'),
    });
  });

  it('names the file that is broken', async () => {
    await makeHome(join(root, 'work/.trainyard'), 'nonsense', 'near');
    await expect(find()).rejects.toThrow(join(root, 'work/.trainyard/server.json'));
  });
});

it('a login is readable by its owner alone', async () => {
  await writeLogin(env, { url: LOCAL, token: 'secret' });
  expect((await stat(loginPath(env))).mode & 0o777).toBe(0o600);
});

describe('originOf', () => {
  it('keeps the origin', () => expect(originOf(`${LOCAL}/#token=abc`)).toBe(LOCAL));
  it.each(['penguins', 'ftp://example.com', '127.0.0.1:8787'])('refuses %s', (text) => {
    expect(() => originOf(text)).toThrow(`"${text}" is not a server's URL`);
  });
});

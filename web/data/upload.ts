/** Uploads a dataset. By XMLHttpRequest, because fetch tells nothing about how far a body has come. */
import { contentTypeOf, putDataset, SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { AppError, ERROR_STATUS, type ErrorCode } from '../../shared/errors.ts';
import { DatasetVersion } from '../../shared/schema/dataset.ts';
import { api } from '../session.ts';
import type { Inspection } from './inspect.ts';

/** `onProgress` gets the share sent, 0 to 1. */
export function uploadDataset(
  target: { project: string; name: string },
  { blob, format, sha256 }: Inspection,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<DatasetVersion> {
  const { baseUrl, token } = api();
  const path = putDataset.path.replace('{project}', target.project).replace('{dataset}', target.name);
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(putDataset.method.toUpperCase(), baseUrl + path);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', contentTypeOf(format));
    request.setRequestHeader(SHA256_HEADER, sha256);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () =>
      fail(new AppError('unavailable', 'the connection broke before the file had arrived; try again'));
    request.onabort = () => fail(signal.reason);
    request.onload = () => {
      if (request.status === putDataset.status) done(DatasetVersion.parse(JSON.parse(request.responseText)));
      else fail(errorOf(request));
    };
    signal.addEventListener('abort', () => request.abort());
    request.send(blob);
  });
}

function errorOf(request: XMLHttpRequest): AppError {
  try {
    const { error } = JSON.parse(request.responseText) as { error: { code: string; message: string } };
    return new AppError(error.code in ERROR_STATUS ? (error.code as ErrorCode) : 'internal', error.message);
  } catch {
    return new AppError('internal', `the server answered ${request.status} ${request.statusText}`);
  }
}

// For browsers from 2020 (Chromium 80): what the cryptographic library uses and they lack. Imported before it.

const known = Object as unknown as { hasOwn?: (object: object, key: PropertyKey) => boolean };
known.hasOwn ??= (object, key): boolean => Object.prototype.hasOwnProperty.call(object, key);
